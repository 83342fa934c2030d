package io.gatehouse.defaults.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import org.springframework.cloud.netflix.eureka.http.EurekaClientHttpRequestFactorySupplier;
import org.springframework.core.io.ClassPathResource;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

class RegistryTimeoutsTest {

  /** The mark of a read that took too long must not keep its thread from asking the other one. */
  @Test
  void nextRegistry_isAsked_byAThreadThatWasInterrupted() throws IOException {
    var registry = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    registry.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    registry.start();
    try {
      var supplier =
          (EurekaClientHttpRequestFactorySupplier)
              new RegistryCalls()
                  .postProcessAfterInitialization(
                      new DefaultEurekaClientHttpRequestFactorySupplier(
                          new TimeoutProperties(), Set.of()),
                      "supplier");
      var transport = RestClient.builder().requestFactory(supplier.get(null, null)).build();

      Thread.currentThread().interrupt();
      var answer =
          transport
              .get()
              .uri("http://127.0.0.1:%d/eureka/apps".formatted(registry.getAddress().getPort()))
              .retrieve()
              .toBodilessEntity();

      assertThat(answer.getStatusCode().value()).isEqualTo(204);
    } finally {
      var _ = Thread.interrupted();
      registry.stop(0);
    }
  }

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
