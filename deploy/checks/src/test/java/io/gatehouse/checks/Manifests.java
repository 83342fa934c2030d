package io.gatehouse.checks;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The rendered overlays, and the usual questions about their objects. */
final class Manifests {
  static final List<String> OVERLAYS = List.of("local", "production");
  static final List<String> SERVICES = List.copyOf(list().keys());
  private static final Set<String> WORKLOADS = Set.of("Deployment", "StatefulSet", "Job");

  private Manifests() {}

  /** The services of services.yml, which have this key. */
  static List<String> with(String key) {
    return SERVICES.stream().filter(name -> list().at(name, key).exists()).toList();
  }

  /** Those of services.yml. */
  static Node list() {
    return Checkout.yaml(Checkout.path("services.yml")).getFirst().at("services");
  }

  static List<Node> overlay(String name) {
    return Kustomization.render(Checkout.path("deploy/kubernetes/overlays/" + name));
  }

  static List<Node> workloads(List<Node> objects) {
    return objects.stream().filter(object -> WORKLOADS.contains(object.kind())).toList();
  }

  static List<Node> ofKind(List<Node> objects, String kind) {
    return objects.stream().filter(object -> object.kind().equals(kind)).toList();
  }

  static Node find(List<Node> objects, String kind, String name) {
    return ofKind(objects, kind).stream()
        .filter(object -> object.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + "/" + name));
  }

  /** What runs a service's pods. */
  static Node service(List<Node> objects, String name) {
    return workloads(objects).stream()
        .filter(object -> object.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing runs " + name));
  }

  static Node pod(Node workload) {
    return workload.at("spec", "template", "spec");
  }

  static List<Node> containers(Node workload) {
    return Stream.of("initContainers", "containers")
        .flatMap(list -> pod(workload).at(list).items().stream())
        .toList();
  }

  /** Whether a pod with these labels is chosen; an empty selector chooses all. */
  static boolean selects(Node selector, Node labels) {
    var byLabel =
        selector.at("matchLabels").keys().stream()
            .allMatch(key -> labels.at(key).text().equals(selector.at("matchLabels", key).text()));
    var byExpression =
        selector.at("matchExpressions").items().stream()
            .allMatch(
                expression ->
                    expression
                        .at("values")
                        .texts()
                        .anyMatch(labels.at(expression.at("key").text()).text()::equals));
    return byLabel && byExpression;
  }
}
