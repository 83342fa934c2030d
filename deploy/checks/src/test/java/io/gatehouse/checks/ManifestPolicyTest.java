package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What we ask of our manifests beyond their being valid. */
class ManifestPolicyTest extends OverlayFixture {
  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void container_isRestricted_inEveryWorkload(String overlay) {
    for (var workload : workloads(overlay)) {
      var pod = Manifests.pod(workload);
      assertThat(pod.at("securityContext", "runAsNonRoot").value())
          .as(workload.id())
          .isEqualTo(true);
      assertThat(pod.at("securityContext", "runAsUser").number()).as(workload.id()).isPositive();
      assertThat(pod.at("securityContext", "seccompProfile", "type").text())
          .isEqualTo("RuntimeDefault");
      assertThat(pod.at("automountServiceAccountToken").value()).as(workload.id()).isEqualTo(false);
      assertThat(pod.at("hostNetwork").exists() || pod.at("hostPID").exists()).isFalse();
      for (var container : Manifests.containers(workload)) {
        var security = container.at("securityContext");
        assertThat(security.at("allowPrivilegeEscalation").value()).isEqualTo(false);
        assertThat(security.at("readOnlyRootFilesystem").value()).isEqualTo(true);
        assertThat(security.at("capabilities", "drop").texts()).containsExactly("ALL");
        assertThat(security.at("privileged").exists()).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void container_hasRequestsAndLimits_always(String overlay) {
    for (var workload : workloads(overlay)) {
      for (var container : Manifests.containers(workload)) {
        for (var part : List.of("requests", "limits")) {
          assertThat(container.at("resources", part).keys())
              .as(workload.id() + " " + part)
              .contains("cpu", "memory");
        }
        assertThat(container.at("resources", "limits", "memory").text())
            .as("memory cannot be squeezed: asked for is given")
            .isEqualTo(container.at("resources", "requests", "memory").text());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void image_isNamedByVersionOrDigest_never_latest(String overlay) {
    for (var workload : workloads(overlay)) {
      for (var container : Manifests.containers(workload)) {
        assertThat(container.at("image").text())
            .matches(".+(@sha256:[0-9a-f]{64}|:v?\\d[\\w.-]*)")
            .doesNotContain("SNAPSHOT");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void service_hasThreeProbes_thatDiffer(String overlay) {
    for (var workload : services(overlay)) {
      var container = Manifests.containers(workload).getFirst();
      assertThat(container.at("livenessProbe", "httpGet", "path").text())
          .isEqualTo("/actuator/health/liveness");
      assertThat(container.at("readinessProbe", "httpGet", "path").text())
          .isEqualTo("/actuator/health/readiness");
      assertThat(container.at("startupProbe").exists()).isTrue();
      assertThat(container.at("livenessProbe").value())
          .isNotEqualTo(container.at("readinessProbe").value());
      assertThat(container.at("readinessProbe", "httpGet", "port").text())
          .as("probes ask the management port")
          .isEqualTo("management");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void everyWorkload_isProbed_forLifeAndReadiness(String overlay) {
    for (var workload : workloads(overlay)) {
      if (workload.kind().equals("Job")) {
        assertThat(workload.at("spec", "activeDeadlineSeconds").number())
            .as(workload.id() + " ends by itself, or is ended")
            .isPositive();
        continue;
      }
      for (var container : Manifests.containers(workload)) {
        assertThat(container.keys()).as(workload.id()).contains("livenessProbe", "readinessProbe");
        assertThat(container.at("livenessProbe").value())
            .as(workload.id())
            .isNotEqualTo(container.at("readinessProbe").value());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void pod_livesLongEnough_toDrainAndStop(String overlay) {
    var settings =
        Manifests.find(Manifests.overlay(overlay), "ConfigMap", "gatehouse-settings").at("data");
    var drain = seconds(settings.at("GATEHOUSE_DRAIN").text());
    var defaults =
        Checkout.yaml(Checkout.path("service-defaults/src/main/resources/gatehouse-defaults.yml"))
            .getFirst();
    var stop = seconds(defaults.at("spring", "lifecycle", "timeout-per-shutdown-phase").text());
    for (var workload : services(overlay)) {
      var preStop =
          Manifests.containers(workload)
              .getFirst()
              .at("lifecycle", "preStop", "sleep", "seconds")
              .number();
      assertThat(Manifests.pod(workload).at("terminationGracePeriodSeconds").number())
          .as(workload.id() + ": preStop + drain + stop, and 5 s to spare")
          .isGreaterThanOrEqualTo(preStop + drain + stop + 5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void secret_isNamed_neverContained(String overlay) {
    var objects = Manifests.overlay(overlay);
    assertThat(Manifests.ofKind(objects, "Secret")).isEmpty();
    for (var workload : workloads(overlay)) {
      for (var container : Manifests.containers(workload)) {
        for (var variable : container.at("env").items()) {
          if (variable.at("name").text().matches(".*(PASSWORD|SECRET|KEY)")
              && !variable.at("name").text().endsWith("TLS_KEY")) {
            assertThat(variable.at("valueFrom", "secretKeyRef", "name").text())
                .as(workload.id() + " " + variable.at("name").text())
                .isNotEmpty();
          }
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"local", "production"})
  void reference_pointsTo_whatIsThere(String overlay) {
    var objects = Manifests.overlay(overlay);
    var configMaps = names(objects, "ConfigMap");
    var accounts = names(objects, "ServiceAccount");
    for (var workload : workloads(overlay)) {
      var account = Manifests.pod(workload).at("serviceAccountName");
      if (account.exists()) {
        assertThat(accounts).contains(account.text());
      }
      var used = new ArrayList<String>();
      for (var container : Manifests.containers(workload)) {
        container
            .at("envFrom")
            .items()
            .forEach(from -> used.add(from.at("configMapRef", "name").text()));
        var mounted = container.at("volumeMounts").items().stream().map(m -> m.at("name").text());
        var volumes = new ArrayList<>(Manifests.pod(workload).at("volumes").items());
        volumes.addAll(
            workload.at("spec", "volumeClaimTemplates").items().stream()
                .map(claim -> claim.at("metadata"))
                .toList());
        assertThat(volumes)
            .extracting(volume -> volume.at("name").text())
            .containsAll(mounted.toList());
      }
      for (var volume : Manifests.pod(workload).at("volumes").items()) {
        if (volume.at("configMap").exists()) {
          used.add(volume.at("configMap", "name").text());
        }
      }
      assertThat(configMaps).as(workload.id()).containsAll(used);
    }
    for (var service : Manifests.ofKind(objects, "Service")) {
      assertThat(workloads(overlay))
          .as(service.id() + " selects a workload that has the port")
          .anyMatch(workload -> serves(service, workload));
    }
  }

  @Test
  void production_scalesAndSurvivesDisruption_forEveryService() {
    var objects = Manifests.overlay("production");
    assertThat(names(objects, "PodDisruptionBudget")).containsAll(Manifests.SERVICES);
    for (var budget : Manifests.ofKind(objects, "PodDisruptionBudget")) {
      assertThat(budget.at("spec", "maxUnavailable").number())
          .as("a budget of none would block every node's draining")
          .isPositive();
    }
    for (var scaler : Manifests.ofKind(objects, "HorizontalPodAutoscaler")) {
      assertThat(scaler.at("spec", "minReplicas").number()).isGreaterThanOrEqualTo(2);
      var target =
          Manifests.find(objects, "Deployment", scaler.at("spec", "scaleTargetRef", "name").text());
      assertThat(target.at("spec", "replicas").exists())
          .as("an apply must not undo the autoscaler")
          .isFalse();
    }
    assertThat(names(objects, "HorizontalPodAutoscaler"))
        .containsExactlyInAnyOrderElementsOf(
            Manifests.SERVICES.stream().filter(name -> !name.equals("discovery")).toList());
    for (var workload : services("production")) {
      assertThat(Manifests.pod(workload).at("topologySpreadConstraints").items()).hasSize(2);
    }
  }

  @Test
  void production_isWatchedByTheClustersPrometheus_inEveryService() {
    var overlay = Manifests.overlay("production");
    var monitor = Manifests.find(overlay, "PodMonitor", "gatehouse");
    var endpoint = monitor.at("spec", "podMetricsEndpoints").items().getFirst();
    var way = Manifests.find(overlay, "NetworkPolicy", "metrics-to-monitoring");
    var ports = way.at("spec", "ingress").items().getFirst().at("ports").items();
    var port = endpoint.at("port").text();

    assertThat(ports).extracting(one -> one.at("port").text()).containsExactly(port);
    for (var service : services("production")) {
      var labels = service.at("spec", "template", "metadata", "labels");
      assertThat(Manifests.selects(monitor.at("spec", "selector"), labels))
          .as("scraped: " + service.id())
          .isTrue();
      assertThat(Manifests.selects(way.at("spec", "podSelector"), labels))
          .as("reached: " + service.id())
          .isTrue();
      assertThat(labels.at(monitor.at("spec", "jobLabel").text()).text()).isEqualTo(service.name());
      assertThat(Manifests.containers(service).getLast().at("ports").items())
          .extracting(one -> one.at("name").text())
          .contains(port);
    }
  }

  private static boolean serves(Node service, Node workload) {
    var labels = workload.at("spec", "template", "metadata", "labels");
    var selector = service.at("spec", "selector");
    var ports =
        Manifests.containers(workload).stream()
            .flatMap(container -> container.at("ports").items().stream())
            .map(port -> port.at("name").text())
            .toList();
    return selector.keys().stream()
            .allMatch(key -> selector.at(key).text().equals(labels.at(key).text()))
        && service.at("spec", "ports").items().stream()
            .allMatch(port -> ports.contains(port.at("targetPort").text()));
  }

  private static List<String> names(List<Node> objects, String kind) {
    return Manifests.ofKind(objects, kind).stream().map(Node::name).toList();
  }

  private static int seconds(String duration) {
    return Integer.parseInt(duration.replace("s", ""));
  }

  /** What takes over a service's process finds no password that may change what was recorded. */
  @Test
  void ownersPassword_isKnownToTheMigrationsAlone_inProduction() {
    var databases = Manifests.with("database");
    assertThat(databases).isNotEmpty();
    for (var name : databases) {
      var objects = Manifests.overlay("production");
      var service =
          Manifests.containers(Manifests.find(objects, "Deployment", name)).getFirst().at("env");
      assertThat(service.items())
          .as(name)
          .filteredOn(
              one -> one.at("valueFrom", "secretKeyRef", "name").text().endsWith("-database"))
          .extracting(
              one ->
                  one.at("name").text() + " " + one.at("valueFrom", "secretKeyRef", "key").text())
          .containsExactly("GATEHOUSE_DB_PASSWORD runtime-password");
      assertThat(valueOf(service, "GATEHOUSE_DB_USER")).isEqualTo("$(GATEHOUSE_DB_NAME)_runtime");
      assertThat(valueOf(service, "GATEHOUSE_DB_MIGRATE")).isEqualTo("never");

      var job =
          Manifests.containers(Manifests.find(objects, "Job", name + "-migration"))
              .getFirst()
              .at("env");
      assertThat(valueOf(job, "GATEHOUSE_DB_MIGRATE")).isEqualTo("only");
      assertThat(valueOf(job, "GATEHOUSE_DB_USER"))
          .isEqualTo(valueOf(service, "GATEHOUSE_DB_NAME"));
    }
  }

  private static String valueOf(Node environment, String name) {
    return environment.items().stream()
        .filter(one -> one.at("name").text().equals(name))
        .map(one -> one.at("value").text())
        .findFirst()
        .orElse("");
  }
}
