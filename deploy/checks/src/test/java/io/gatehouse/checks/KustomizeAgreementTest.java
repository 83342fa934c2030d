package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** Our renderer says what kustomize says, where {@code kubectl} brings one. */
class KustomizeAgreementTest {

  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void rendering_equals_thatOfKubectl(String overlay) {
    var version = Checkout.run("kubectl", "version", "--client");
    assumeTrue(
        version.output().contains("Kustomize Version: v5"),
        "no kubectl with kustomize 5 on this machine: comparison skipped");
    var real = Checkout.run("kubectl", "kustomize", "deploy/kubernetes/overlays/" + overlay);
    assertThat(real.code()).as(real.output()).isZero();

    var expected = new TreeMap<String, Object>();
    for (var document : new Yaml().loadAll(real.output())) {
      expected.put(new Node(document).id(), document);
    }
    var ours = new TreeMap<String, Object>();
    for (var object : Manifests.overlay(overlay)) {
      ours.put(object.id(), object.map());
    }
    assertThat(ours).isEqualTo(expected);
  }
}
