package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The README's way with Docker, for real: images built from a clean copy, docker-compose.yml
 * started with two of each scalable service, walked through, rolled and changed over to TLS.
 *
 * <pre>
 * ./mvnw -Pdrills verify -pl deploy/checks -Dtest=ComposeDrillTest
 * GATEHOUSE_DRILL_BASES=local …    where no image registry is reachable (deploy/docker/local-bases)
 * </pre>
 */
@Tag("drill")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ComposeDrillTest {
  private static ComposePlatform platform;

  @BeforeAll
  static void start() throws IOException {
    platform = ComposePlatform.built();
    platform.up("docker-compose.yml");
    awaitHealth();
  }

  @AfterAll
  static void stop() {
    if (platform != null) {
      platform.close();
    }
  }

  @Test
  @Order(1)
  void journey_passes_throughThePublicUrl() {
    journey();
  }

  @Test
  @Order(2)
  void container_isHealthyConfinedAndUnprivileged_always() {
    for (var service : Manifests.SERVICES) {
      var containers = platform.containers(service);
      assertThat(containers).as(service).hasSize(service.matches("(user|order)-service") ? 2 : 1);
      for (var container : containers) {
        assertThat(
                inspect(
                    container,
                    "{{.State.Health.Status}} {{.Config.User}} {{.HostConfig.ReadonlyRootfs}}"
                        + " {{.HostConfig.CapDrop}} {{.HostConfig.Privileged}}"))
            .as(service)
            .isEqualTo("healthy 10001:10001 true [ALL] false");
      }
    }
  }

  @Test
  @Order(3)
  void startUpCache_isInUse_inEveryService() {
    for (var service : Manifests.SERVICES) {
      var container = platform.containers(service).getFirst();
      assertThat(platform.run("docker", "exec", container, "grep", "-c", "app.aot", "/proc/1/maps"))
          .as(service + " maps its AOT cache")
          .isNotBlank();
    }
  }

  @Test
  @Order(4)
  void image_holdsNoSecret_andSaysWhatIsInIt() {
    var secrets =
        platform.run("bash", "-c", "sed -n 's/^[A-Z_]*\\(PASSWORD\\|SECRET\\|_KEY\\)=//p' .env");
    for (var service : Manifests.SERVICES) {
      var image = "gatehouse/" + service + ":drill";
      var layers =
          platform.run("docker", "inspect", "--format", "{{json .Config}}", image)
              + platform.run("docker", "history", "--no-trunc", image);
      assertThat(secrets.lines()).isNotEmpty().noneMatch(layers::contains);
      assertThat(
              platform.run(
                  "docker",
                  "run",
                  "--rm",
                  "--network=none",
                  "--entrypoint=grep",
                  image,
                  "-c",
                  "CycloneDX",
                  "/app/sbom.json"))
          .as(service + "'s bill of materials")
          .isNotBlank();
    }
  }

  @Test
  @Order(5)
  void stoppedInstance_losesNoRequest_whenAnotherRuns() throws Exception {
    try (var load =
        OpenLoop.started(platform.url(), platform.file("deploy/docker/.secrets/edge.crt"), 40)) {
      await().atMost(30, TimeUnit.SECONDS).until(() -> load.answered() > 100);
      for (var service : new String[] {"user-service", "order-service"}) {
        var leaving = platform.containers(service).getFirst();
        platform.run("docker", "stop", "--time", "35", leaving);
        assertThat(inspect(leaving, "{{.State.ExitCode}} {{.State.OOMKilled}}"))
            .as(service + " ended by itself on SIGTERM, not by SIGKILL")
            .isEqualTo("143 false");
        var before = load.answered();
        await().atMost(30, TimeUnit.SECONDS).until(() -> load.answered() > before + 100);
      }
      assertThat(load.failures()).as("of " + load.answered() + " requests").isEmpty();
    }
  }

  @Test
  @Order(6)
  void journey_passes_whenAllSpeakTls() {
    platform.run("deploy/docker/make-tls");
    platform.up("docker-compose.yml", "deploy/docker/tls.yml");
    awaitHealth();

    journey();
    var postgres = platform.containers("postgres").getFirst();
    var plain =
        platform.run(
            "docker",
            "exec",
            postgres,
            "psql",
            "-h",
            "/run/postgresql",
            "-U",
            "postgres",
            "-Atc",
            "select count(*) filter (where ssl) || ' ' || count(*) filter (where not ssl)"
                + " from pg_stat_ssl join pg_stat_activity using (pid) where client_addr is not null");
    assertThat(plain.strip()).as("encrypted and plain connections").matches("[1-9]\\d* 0");
  }

  private static void journey() {
    var check = platform.run(Checkout.path("gatehouse").toString(), "check", "--url", url());
    assertThat(check).contains("All steps passed.").doesNotContain("FAIL");
  }

  private static void awaitHealth() {
    await()
        .atMost(5, TimeUnit.MINUTES)
        .pollInterval(1, TimeUnit.SECONDS)
        .until(
            () ->
                Checkout.run("curl", "-sk", "--max-time", "5", url() + "/health")
                    .output()
                    .contains("\"UP\""));
  }

  private static String inspect(String container, String format) {
    return platform.run("docker", "inspect", "--format", format, container).strip();
  }

  private static String url() {
    return platform.url().toString();
  }
}
