package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docker-compose.yml: safe by default, scalable, and read by both generations of Compose. */
class ComposeTest {
  private static final Node FILE = Checkout.yaml(Checkout.path("docker-compose.yml")).getFirst();

  @Test
  void service_canBeScaled_becauseNothingIsFixed() {
    for (var name : Manifests.SERVICES) {
      var service = FILE.at("services", name);
      assertThat(service.keys()).as(name).doesNotContain("container_name", "hostname");
      assertThat(service.at("ports").exists())
          .as(name + " publishes a port")
          .isEqualTo(name.equals("gateway"));
    }
  }

  @Test
  void container_isConfined_always() {
    for (var name : FILE.at("services").keys()) {
      var service = FILE.at("services", name);
      assertThat(service.at("read_only").value()).as(name + " read_only").isEqualTo(true);
      assertThat(service.at("privileged").exists()).isFalse();
      assertThat(service.at("security_opt").texts()).contains("no-new-privileges:true");
      assertThat(service.at("networks").texts())
          .as(name + ": a service registers one address, so it has one network")
          .containsExactly("platform");
    }
    for (var name : Manifests.SERVICES) {
      assertThat(FILE.at("services", name, "cap_drop").texts()).containsExactly("ALL");
    }
  }

  @Test
  void start_waitsForHealth_whereOneNeedsAnother() {
    for (var name : Manifests.with("database")) {
      assertThat(FILE.at("services", name, "depends_on", "postgres", "condition").text())
          .as(name)
          .isEqualTo("service_healthy");
    }
    assertThat(FILE.at("services", "gateway", "depends_on").keys())
        .contains("auth-server", "order-service", "user-service", "redis")
        .containsAll(Manifests.with("database"));
    for (var name : new String[] {"postgres", "redis"}) {
      assertThat(FILE.at("services", name, "healthcheck", "test").exists()).isTrue();
    }
  }

  @Test
  void published_isOnlyTheDoor_exceptOnLoopback() {
    for (var name : FILE.at("services").keys()) {
      for (var port : FILE.at("services", name, "ports").texts().toList()) {
        assertThat(port)
            .as(name)
            .matches(
                name.equals("gateway")
                    ? "\\$\\{BIND:-127\\.0\\.0\\.1}:\\$\\{HTTPS?_PORT:-(8080|8443)}:(8080|8443)"
                    : "127\\.0\\.0\\.1:.*");
      }
    }
  }

  @Test
  void secret_comesFromTheEnvironment_neverFromTheFile() {
    for (var name : FILE.at("services").keys()) {
      var environment = FILE.at("services", name, "environment");
      for (var variable : environment.keys()) {
        if (variable.matches(".*(PASSWORD|SECRET|_KEY)") && !variable.endsWith("TLS_KEY")) {
          assertThat(environment.at(variable).text()).as(name + " " + variable).startsWith("${");
        }
      }
    }
  }

  @Test
  void image_isNamedByVersion_orBuiltHere() {
    var version =
        Pattern.compile(
            "\\$\\{\\w+:-docker\\.io/[\\w./-]+:v?\\d[\\w.-]*}|gatehouse/[\\w-]+:\\$\\{VERSION:-[\\d.]+}");
    for (var name : FILE.at("services").keys()) {
      assertThat(FILE.at("services", name, "image").text()).as(name).matches(version);
    }
  }

  @Test
  void managementPort_isTheOneThatPrometheusScrapes() {
    var scraped = Checkout.read("deploy/observability/prometheus/prometheus.yml");
    for (var name : Manifests.SERVICES) {
      var port = FILE.at("services", name, "build", "args", "MANAGEMENT_PORT").text();
      assertThat(scraped).contains("names: [" + name + "], type: A, port: " + port);
    }
  }

  @Test
  void file_isAccepted_byDockerCompose() {
    var version = Checkout.run("docker-compose", "version", "--short");
    assumeTrue(version.code() == 0, "no docker-compose on this machine: its own check skipped");
    var variables =
        Pattern.compile("\\$\\{(\\w+):\\?").matcher(Checkout.read("docker-compose.yml"));
    var command = new ArrayList<>(List.of("env"));
    while (variables.find()) {
      command.add(variables.group(1) + "=x");
    }
    command.addAll(List.of("docker-compose", "-f", "docker-compose.yml", "config", "-q"));
    var outcome = Checkout.run(command.toArray(String[]::new));
    assertThat(outcome.code()).as(outcome.output()).isZero();
  }
}
