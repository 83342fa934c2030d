package io.gatehouse.orders.feed;

import io.gatehouse.defaults.ServiceClients;
import io.gatehouse.orders.commands.Erasure;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FollowerProperties.class)
class FeedConfiguration {

  @Bean
  UserFollower userFollower(
      ServiceClients services,
      FollowerProperties properties,
      Checkpoints checkpoints,
      Erasure erasure,
      Clock clock,
      MeterRegistry meters) {
    var feed =
        new UserFeed(
            services.to("user-service").build(),
            services.to("auth-server").build(),
            properties.orderServiceSecret(),
            clock);
    return new UserFollower(feed, checkpoints, erasure, properties, meters);
  }
}
