package io.gatehouse.defaults.platform;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.cloud.netflix.eureka.TimeoutProperties;
import org.springframework.cloud.netflix.eureka.http.DefaultEurekaClientHttpRequestFactorySupplier;
import org.springframework.core.io.ClassPathResource;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

class RegistryTimeoutsTest {

  /** The library's own limit is three minutes; ours is two seconds. */
  @Test
  @Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void registryThatIsSilent_isNotWaitedFor() throws IOException {
    var defaults =
        new YamlPropertySourceLoader()
            .load("defaults", new ClassPathResource("gatehouse-defaults.yml"));
    var timeouts =
        new Binder(ConfigurationPropertySources.from(defaults))
            .bindOrCreate("eureka.client.timeout", TimeoutProperties.class);

    try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var transport =
          RestClient.builder()
              .requestFactory(
                  new DefaultEurekaClientHttpRequestFactorySupplier(timeouts, Set.of())
                      .get(null, null))
              .build();

      assertThatThrownBy(
              () ->
                  transport
                      .get()
                      .uri("http://127.0.0.1:%d/eureka/apps".formatted(silent.getLocalPort()))
                      .retrieve()
                      .toBodilessEntity())
          .isInstanceOf(ResourceAccessException.class)
          .hasMessageContaining("Read timed out");
    }
  }
}
