package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** In production nothing is plain between services, or between them and their stores. */
class EncryptionPolicyTest {
  private static final List<Node> OBJECTS = Manifests.overlay("production");

  @ParameterizedTest
  @MethodSource("services")
  void service_isGivenACertificateOfItsOwn_andUsesIt(String service) {
    assertThat(setting("gatehouse-settings", "SPRING_PROFILES_ACTIVE")).isEqualTo("internal-tls");
    assertThat(setting("gatehouse-settings", "GATEHOUSE_DISCOVERY_URL").split(","))
        .hasSize(2)
        .allMatch(url -> url.startsWith("https://"));
    assertThat(secretAt(service, setting("gatehouse-settings", "GATEHOUSE_INTERNAL_TLS")))
        .isEqualTo(service + "-tls");
  }

  static List<String> services() {
    return Manifests.SERVICES;
  }

  @Test
  void store_isReachedByTls_byEveryServiceThatUsesIt() {
    var stores =
        Map.of(
            "gatehouse-database", "GATEHOUSE_DB_CA",
            "gatehouse-redis", "GATEHOUSE_REDIS_CA");
    stores.forEach(
        (configMap, variable) -> {
          var users = Manifests.SERVICES.stream().filter(name -> reads(name, configMap)).toList();
          assertThat(users).hasSizeGreaterThanOrEqualTo(2);
          var ca = setting(configMap, variable);
          for (var service : users) {
            assertThat(secretAt(service, ca.substring(0, ca.lastIndexOf('/'))))
                .as(service + " has " + ca)
                .endsWith("-ca");
          }
        });
  }

  private static boolean reads(String service, String configMap) {
    return container(service).at("envFrom").items().stream()
        .anyMatch(from -> from.at("configMapRef", "name").text().equals(configMap));
  }

  private static String setting(String configMap, String key) {
    return Manifests.find(OBJECTS, "ConfigMap", configMap).at("data", key).text();
  }

  /** The Secret that is mounted at this path; empty when none is. */
  private static String secretAt(String service, String path) {
    var volume =
        container(service).at("volumeMounts").items().stream()
            .filter(mount -> mount.at("mountPath").text().equals(path))
            .map(mount -> mount.at("name").text())
            .findFirst()
            .orElse("");
    return Manifests.pod(Manifests.service(OBJECTS, service)).at("volumes").items().stream()
        .filter(one -> one.at("name").text().equals(volume))
        .map(one -> one.at("secret", "secretName").text())
        .findFirst()
        .orElse("");
  }

  private static Node container(String service) {
    return Manifests.containers(Manifests.service(OBJECTS, service)).getFirst();
  }
}
