package io.gatehouse.orders.feed;

import io.gatehouse.orders.commands.Erasure;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.client.WebClient;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(FollowerProperties.class)
class FeedConfiguration {

  @Bean
  UserFollower userFollower(
      @LoadBalanced WebClient.Builder services,
      FollowerProperties properties,
      Checkpoints checkpoints,
      Erasure erasure,
      Clock clock,
      MeterRegistry meters) {
    var feed = new UserFeed(services.clone().build(), properties.orderServiceSecret(), clock);
    return new UserFollower(feed, checkpoints, erasure, properties, meters);
  }
}
