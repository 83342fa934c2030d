package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The registries know each other by the names that their pods get, and everybody knows both. */
class RegistryPeersTest {
  private static final String NAME = "discovery";

  @ParameterizedTest
  @CsvSource({"local, http, 1", "production, https, 2"})
  void registry_isNamed_asItsPodsAre(String overlay, String scheme, int replicas) {
    var objects = Manifests.overlay(overlay);
    var registry = Manifests.find(objects, "StatefulSet", NAME);
    var names = registry.at("spec", "serviceName").text();
    var port = Manifests.list().at(NAME, "port").text();
    var addresses =
        IntStream.range(0, replicas)
            .mapToObj(pod -> "%s://%s-%d.%s:%s/eureka/".formatted(scheme, NAME, pod, names, port))
            .toList();

    assertThat(registry.at("spec", "replicas").number()).isEqualTo(replicas);
    assertThat(setting(objects, "gatehouse-registry", "GATEHOUSE_DISCOVERY_PEERS"))
        .containsExactlyElementsOf(addresses);
    assertThat(setting(objects, "gatehouse-settings", "GATEHOUSE_DISCOVERY_URL"))
        .containsExactlyElementsOf(addresses);
    var self =
        Manifests.containers(registry).getFirst().at("env").items().stream()
            .filter(variable -> variable.at("name").text().equals("GATEHOUSE_DISCOVERY_SELF"))
            .findFirst()
            .orElseThrow();
    assertThat(self.at("valueFrom", "fieldRef", "fieldPath").text()).isEqualTo("metadata.name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void name_isThere_beforeThePodIsReady(String overlay) {
    var objects = Manifests.overlay(overlay);
    var names = Manifests.find(objects, "StatefulSet", NAME).at("spec", "serviceName").text();
    var service = Manifests.find(objects, "Service", names).at("spec");

    assertThat(service.at("clusterIP").text()).isEqualTo("None");
    assertThat(service.at("publishNotReadyAddresses").value()).isEqualTo(true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void peer_isReached(String overlay) {
    var objects = Manifests.overlay(overlay);
    var labels =
        Manifests.find(objects, "StatefulSet", NAME).at("spec", "template", "metadata", "labels");
    var policy = Manifests.find(objects, "NetworkPolicy", NAME).at("spec");

    assertThat(policy.at("ingress").items().getFirst().at("from").items())
        .anyMatch(from -> Manifests.selects(from.at("podSelector"), labels));
    assertThat(policy.at("egress").items())
        .anyMatch(
            rule ->
                rule.at("to").items().stream()
                    .anyMatch(to -> Manifests.selects(to.at("podSelector"), labels)));
  }

  private static List<String> setting(List<Node> objects, String configMap, String key) {
    var value = Manifests.find(objects, "ConfigMap", configMap).at("data", key).text();
    return List.of(value.split(",", -1));
  }
}
