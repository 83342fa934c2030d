package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every object of every overlay is one that the Kubernetes API knows, to the last field. */
class ManifestTypesTest {

  @TestFactory
  Stream<DynamicTest> object_isValid_againstTheApiTypes() {
    return Manifests.OVERLAYS.stream()
        .flatMap(
            overlay ->
                Manifests.overlay(overlay).stream()
                    .map(
                        object ->
                            DynamicTest.dynamicTest(
                                overlay + " " + object.id(),
                                () -> KubernetesTypes.validate(object))));
  }

  @Test
  void overlay_holdsTheWholePlatform_always() {
    for (var overlay : Manifests.OVERLAYS) {
      assertThat(Manifests.workloads(Manifests.overlay(overlay)))
          .extracting(Node::name)
          .containsAll(Manifests.SERVICES);
    }
  }

  @Test
  void validation_refuses_anUnknownFieldDeepInside() {
    var gateway = gateway();
    Manifests.containers(gateway).getFirst().child("readinessProbe").map().put("periodSecond", 3);
    assertThatThrownBy(() -> KubernetesTypes.validate(gateway))
        .hasMessageContaining("periodSecond");
  }

  @Test
  void validation_refuses_anUnknownFieldOfAMonitor() {
    var monitor = Manifests.find(Manifests.overlay("production"), "PodMonitor", "gatehouse").copy();
    var endpoint = monitor.at("spec", "podMetricsEndpoints").items().getFirst().map();
    endpoint.put("intervall", "15s");
    assertThatThrownBy(() -> KubernetesTypes.validate(monitor)).hasMessageContaining("intervall");
  }

  @Test
  void validation_refuses_aMissingRequiredField() {
    var gateway = gateway();
    gateway.at("spec").map().remove("selector");
    assertThatThrownBy(() -> KubernetesTypes.validate(gateway)).hasMessageContaining("selector");
  }

  @Test
  void validation_refuses_aWrongType() {
    var gateway = gateway();
    gateway.at("spec").map().put("replicas", "two");
    assertThatThrownBy(() -> KubernetesTypes.validate(gateway)).isNotNull();
  }

  @Test
  void validation_refuses_anUnknownKind() {
    var gateway = gateway();
    gateway.map().put("kind", "Deploymint");
    assertThatThrownBy(() -> KubernetesTypes.validate(gateway)).hasMessageContaining("Deploymint");
  }

  private static Node gateway() {
    return Manifests.find(Manifests.overlay("local"), "Deployment", "gateway").copy();
  }
}
