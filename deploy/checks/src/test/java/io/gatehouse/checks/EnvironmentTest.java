package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What docs/between-services.md requires of a service's environment, Compose and Kubernetes give.
 */
class EnvironmentTest {

  @Test
  void compose_gives_whatIsRequired() {
    var file = Checkout.yaml(Checkout.path("docker-compose.yml")).getFirst();
    required()
        .forEach(
            (service, variables) ->
                assertThat(file.at("services", service, "environment").keys())
                    .as(service)
                    .containsAll(variables));
  }

  @Test
  void kubernetes_gives_whatIsRequired() {
    for (var overlay : Manifests.OVERLAYS) {
      var objects = Manifests.overlay(overlay);
      required()
          .forEach(
              (service, variables) ->
                  assertThat(given(objects, service))
                      .as(overlay + " " + service)
                      .containsAll(variables));
    }
  }

  @Test
  void variable_isKnown_whereverItIsSet() {
    var known = Checkout.read("docs/between-services.md");
    var file = Checkout.yaml(Checkout.path("docker-compose.yml")).getFirst();
    var set = new HashSet<String>();
    for (var service : Manifests.SERVICES) {
      set.addAll(file.at("services", service, "environment").keys());
      Manifests.OVERLAYS.forEach(overlay -> set.addAll(given(Manifests.overlay(overlay), service)));
    }
    assertThat(set)
        .filteredOn(variable -> variable.startsWith("GATEHOUSE_"))
        .hasSizeGreaterThan(10)
        .allSatisfy(
            variable ->
                assertThat(
                        known.contains("`" + variable + "`")
                            || known.contains(
                                "`" + variable.substring(variable.lastIndexOf('_')) + "`"))
                    .as(variable + " in docs/between-services.md")
                    .isTrue());
  }

  private static Set<String> given(List<Node> objects, String service) {
    var container = Manifests.containers(Manifests.service(objects, service)).getFirst();
    var names = new HashSet<String>();
    container.at("env").items().forEach(variable -> names.add(variable.at("name").text()));
    for (var from : container.at("envFrom").items()) {
      var name = from.at("configMapRef", "name").text();
      names.addAll(Manifests.find(objects, "ConfigMap", name).at("data").keys());
    }
    return names;
  }

  /** The rows of the table whose default says "required", and what a database or Redis takes. */
  private static Map<String, Set<String>> required() {
    var required = new HashMap<String, Set<String>>();
    for (var service : Manifests.SERVICES) {
      required.put(
          service,
          new HashSet<>(
              Set.of("SERVER_PORT", "GATEHOUSE_PUBLIC_URL", "GATEHOUSE_DISCOVERY_PASSWORD")));
    }
    for (var line : Checkout.read("docs/between-services.md").lines().toList()) {
      var cells = line.replace(" ", "").split("\\|", -1);
      if (cells.length > 4 && cells[1].startsWith("`GATEHOUSE_") && cells[3].equals("required")) {
        for (var service : cells[2].split(",", -1)) {
          required.get(service).add(cells[1].replace("`", ""));
        }
      }
    }
    for (var service : Manifests.with("database")) {
      for (var part : Set.of("HOST", "NAME", "USER", "PASSWORD")) {
        required.get(service).add("GATEHOUSE_DB_" + part);
      }
    }
    for (var service : Manifests.with("redis")) {
      required.get(service).addAll(Set.of("GATEHOUSE_REDIS_HOST", "GATEHOUSE_REDIS_PASSWORD"));
    }
    assertThat(required.get("order-service")).contains("GATEHOUSE_DATA_ENCRYPTION_KEY");
    return required;
  }
}
