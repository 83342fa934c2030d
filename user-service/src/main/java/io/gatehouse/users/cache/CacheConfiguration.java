package io.gatehouse.users.cache;

import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The cache and what keeps it right. */
@Configuration(proxyBeanMethods = false)
class CacheConfiguration {

  @Bean
  RedisLink redisLink(RedisProperties properties) {
    return new RedisLink(properties);
  }

  @Bean
  CacheCommands cacheCommands(RedisLink redis) {
    return new CacheCommands(redis);
  }

  @Bean
  Unconfirmed unconfirmed() {
    return new Unconfirmed();
  }

  @Bean
  UserCache userCache(
      RedisLink redis, CacheCommands commands, Unconfirmed unconfirmed, MeterRegistry meters) {
    return new UserCache(redis, commands, unconfirmed, meters);
  }

  @Bean
  CacheRepair cacheRepair(
      RedisLink redis, CacheCommands commands, Unconfirmed unconfirmed, MeterRegistry meters) {
    return new CacheRepair(redis, commands, unconfirmed, meters);
  }
}
