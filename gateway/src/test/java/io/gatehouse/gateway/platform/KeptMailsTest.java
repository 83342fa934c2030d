package io.gatehouse.gateway.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.gateway.GatewayFixture;
import io.gatehouse.gateway.StubService;
import io.gatehouse.gateway.upstreams.Upstreams;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Where mails are asked for; what is told of them is in {@code PlatformTest}. */
class KeptMailsTest extends GatewayFixture {
  @Autowired Upstreams services;

  @Test
  void mails_areAskedFor_onALaptopOnly() {
    try (var management = new StubService()) {
      registry.putManaged("user-service", USERS.port(), management.port());
      upstreams.forget();

      assertThat(mailsAt("https://shop.example.com").newest().block()).isEmpty();
      assertThat(management.received()).noneMatch(one -> one.uri().contains("/mails"));
      assertThat(mailsAt("http://localhost:8080").newest().block()).isNotNull();
      assertThat(management.received()).anyMatch(one -> one.uri().contains("/mails"));
    }
  }

  private KeptMails mailsAt(String publicUrl) {
    return new KeptMails(
        new ManagementPorts(services),
        new GatehouseProperties(URI.create(publicUrl), Duration.ofSeconds(1)));
  }
}
