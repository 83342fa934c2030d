package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.web.StreamPermits;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How much may be held open. */
@Configuration(proxyBeanMethods = false)
class StreamConfiguration {

  @Bean
  StreamPermits streamPermits(StreamProperties properties) {
    return new StreamPermits(properties.perUser(), properties.perInstance());
  }
}
