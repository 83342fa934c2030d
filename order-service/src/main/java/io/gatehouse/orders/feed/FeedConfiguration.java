package io.gatehouse.orders.feed;

import com.netflix.appinfo.ApplicationInfoManager;
import io.gatehouse.defaults.platform.ServiceClients;
import io.gatehouse.defaults.tokens.SigningKeys;
import io.gatehouse.orders.commands.Erasure;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
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

  /** In the place of what every service has. */
  @Bean
  OrderReadiness keysReadiness(
      SigningKeys keys, FeedWatch watch, ObjectProvider<ApplicationInfoManager> instance) {
    var readiness = new OrderReadiness(keys, watch);
    instance.ifAvailable(readiness::follow);
    return readiness;
  }
}
