package io.gatehouse.local.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.local.platform.Service.Replicas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServicesTest {
  @TempDir private Path folder;

  @Test
  void list_isRead_withTheUsualWhereNothingIsSaid() throws IOException {
    var services =
        Services.read(
            Checkouts.withAnother(
                folder, "  shop-service:\n    port: 8099\n    management-port: 9099\n"));

    var shop = services.find("shop-service").orElseThrow();
    assertThat(shop.database()).isEmpty();
    assertThat(shop.redis()).isFalse();
    assertThat(shop.heap()).isEqualTo(128);
    assertThat(shop.memory()).isEqualTo(512);
    assertThat(shop.replicas()).isEqualTo(new Replicas(2, 6));
    assertThat(services.databases()).contains("auth", "users", "orders");
    assertThat(services.find("user-service").orElseThrow().scopes())
        .extracting(Service.Scope::name)
        .containsExactly("users.read", "users.write");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          port: 8082              ~ port: 8082x                  ~ {line}: "order-service.port" takes a number from 1 to 65535.
          port: 8082              ~ port: 70000                  ~ {line}: "order-service.port" takes a number from 1 to 65535.
          port: 8082              ~ prt: 8082                    ~ {service}: "order-service.port" is missing.
          redis: true             ~ redis: yes please            ~ "user-service.redis" takes true or false.
          database: orders        ~ database: Orders             ~ {line}: "order-service.database" takes small letters, digits and underscores.
          database: orders        ~ database: users              ~ {line}: "order-service.database" is taken by another: users.
          database: orders        ~ database: postgres           ~ {line}: "order-service.database" is taken by another: postgres.
          management-port: 9082   ~ management-port: 8081        ~ {line}: "order-service.management-port" is taken by another: 8081.
          port: 8082              ~ port: 6379                   ~ {line}: "order-service.port" is taken by another: 6379.
          orders.read:            ~ users.read:                  ~ "order-service.scopes" is taken by another: users.read.
          database: orders        ~ databse: orders              ~ {line}: "order-service.databse" is not known here.
          {from: 2, to: 10}       ~ {from: 3, to: 2}             ~ "replicas.to" takes a number from 3 to 1000.
          order-service:          ~ order service:               ~ {line}: "order service" must be small letters, digits and single hyphens.
          [auth-server, user-service] ~ [auth-server, shop]      ~ "order-service.calls" names "shop", which is no other service.
          [GATEHOUSE_GATEWAY_SECRET, ~ [GATEHOUSE_OTHER,         ~ "auth-server.secrets" names "GATEHOUSE_OTHER", which is not among the secrets.
          kind: key               ~ kind: keys                   ~ "GATEHOUSE_KEY_ENCRYPTION_KEY.kind" takes password, key or given.
          gateway-secret/secret   ~ gateway-secret               ~ "GATEHOUSE_GATEWAY_SECRET.kubernetes" takes the name of a Secret, a slash and a key in it.
          , local: gateway        ~ ''                           ~ "GATEHOUSE_GATEWAY_SECRET.local" belongs to what is made, and only to that.
          document: Read orders   ~ document: ''                 ~ "orders.read.document" takes letters, digits, spaces, commas, apostrophes and hyphens.
          discovery:              ~ registry:                    ~ "services" must name discovery.
          database: orders        ~ database: [                  ~ is not YAML
          port: 8082              ~ management-port: 8082        ~ "management-port" is there twice.
          """)
  void list_isRefused_namingFileLineAndKey(String text, String other, String sentence)
      throws IOException {
    var list = Files.readString(Checkouts.ROOT.resolve(Services.FILE));
    var at = list.indexOf(text, list.indexOf("\nservices:"));
    assertThat(at).isPositive();
    Checkouts.with(folder, list.substring(0, at) + other + list.substring(at + text.length()));

    assertThatThrownBy(() -> Services.read(folder))
        .isInstanceOf(Failure.class)
        .hasMessageContaining(folder.resolve(Services.FILE) + ":")
        .hasMessageContaining(
            sentence
                .replace("{line}", lineOf(list, at))
                .replace("{service}", lineOf(list, list.indexOf("  order-service:"))));
  }

  private static String lineOf(String list, int at) {
    return String.valueOf(1 + list.substring(0, at).chars().filter(c -> c == '\n').count());
  }

  @Test
  void list_isRefused_whenThereIsNone() {
    assertThatThrownBy(() -> Services.read(folder))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("services.yml does not exist");
  }
}
