package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What the overlays hold. */
abstract class OverlayFixture {
  static List<Node> workloads(String overlay) {
    var found = Manifests.workloads(Manifests.overlay(overlay));
    assertThat(found).hasSizeGreaterThanOrEqualTo(Manifests.SERVICES.size());
    return found;
  }

  static List<Node> services(String overlay) {
    var found =
        workloads(overlay).stream()
            .filter(workload -> Manifests.SERVICES.contains(workload.name()))
            .toList();
    assertThat(found).hasSize(Manifests.SERVICES.size());
    return found;
  }
}
