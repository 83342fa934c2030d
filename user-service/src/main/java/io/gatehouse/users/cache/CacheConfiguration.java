package io.gatehouse.users.cache;

import io.gatehouse.defaults.platform.RedisProperties;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The cache and what keeps it right. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RedisProperties.class)
class CacheConfiguration {

  @Bean
  RedisLink redisLink(RedisProperties server, CacheProperties cache) {
    return new RedisLink(server, cache.commandTimeout());
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
