package io.gatehouse.orders;

import io.gatehouse.defaults.web.StreamPermits;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How many event streams may be open. */
@Configuration(proxyBeanMethods = false)
class StreamConfiguration {

  @Bean
  StreamPermits streamPermits(StreamProperties properties) {
    return new StreamPermits(properties.perUser(), properties.perInstance());
  }
}
