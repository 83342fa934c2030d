package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may reach whom, in every overlay. */
class NetworkPolicyTest extends OverlayFixture {
  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void published_isOnlyTheDoor_always(String overlay) {
    var services = Manifests.ofKind(Manifests.overlay(overlay), "Service");
    assertThat(services).hasSizeGreaterThan(4);
    for (var service : services) {
      if (!service.name().equals("gateway")) {
        assertThat(service.at("spec", "type").text()).as(service.id()).isIn("", "ClusterIP");
        assertThat(service.at("spec", "externalIPs").exists()).as(service.id()).isFalse();
      }
    }
    for (var workload : workloads(overlay)) {
      for (var container : Manifests.containers(workload)) {
        assertThat(container.at("ports").items())
            .as(workload.id())
            .noneMatch(port -> port.at("hostPort").exists());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void traffic_isDenied_unlessNamed(String overlay) {
    var deny = Manifests.find(Manifests.overlay(overlay), "NetworkPolicy", "default-deny");
    assertThat(deny.at("spec", "podSelector").keys()).isEmpty();
    assertThat(deny.at("spec", "policyTypes").texts())
        .containsExactlyInAnyOrder("Ingress", "Egress");
    assertThat(deny.at("spec").keys()).doesNotContain("ingress", "egress");
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void containerPort_isInANetworkPolicy_always(String overlay) {
    var policies = Manifests.ofKind(Manifests.overlay(overlay), "NetworkPolicy");
    for (var workload : workloads(overlay)) {
      var labels = workload.at("spec", "template", "metadata", "labels");
      var open = new HashSet<String>();
      for (var policy : policies) {
        if (Manifests.selects(policy.at("spec", "podSelector"), labels)) {
          for (var rule : policy.at("spec", "ingress").items()) {
            rule.at("ports").items().forEach(port -> open.add(port.at("port").text()));
          }
        }
      }
      for (var container : Manifests.containers(workload)) {
        for (var port : container.at("ports").items()) {
          assertThat(Set.of(port.at("name").text(), port.at("containerPort").text()))
              .as(workload.id() + " port " + port.at("name").text())
              .anyMatch(open::contains);
        }
      }
    }
  }
}
