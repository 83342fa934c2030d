package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Alert rules and dashboards: parsed and shown firing by promtool, explained by runbooks. */
class ObservabilityTest {
  private static final Node RULES =
      Checkout.yaml(Checkout.path("deploy/observability/prometheus/alerts.yml"))
          .getFirst()
          .at("groups", 0, "rules");
  private static final Node TESTS =
      Checkout.yaml(Checkout.path("deploy/observability/prometheus/alerts_test.yml"))
          .getFirst()
          .at("tests");

  @Test
  void rulesAndDashboards_areRight_accordingToPromtool() {
    var outcome = Checkout.run("deploy/observability/check");
    assumeTrue(outcome.code() != 3, outcome.output());
    assertThat(outcome.code()).as(outcome.output()).isZero();
  }

  @Test
  void alert_isShownFiringAndSilent_always() {
    for (var rule : alerts()) {
      var cases =
          TESTS.items().stream()
              .flatMap(test -> test.at("alert_rule_test").items().stream())
              .filter(test -> test.at("alertname").text().equals(rule.at("alert").text()))
              .toList();
      assertThat(cases)
          .as(rule.at("alert").text() + " fires")
          .anyMatch(test -> !test.at("exp_alerts").items().isEmpty());
      assertThat(cases)
          .as(rule.at("alert").text() + " keeps silent")
          .anyMatch(test -> test.at("exp_alerts").items().isEmpty());
    }
  }

  @Test
  void alert_hasARunbook_thatSaysWhatToDo() {
    for (var rule : alerts()) {
      var runbook = rule.at("annotations", "runbook").text();
      assertThat(Checkout.path(runbook)).as(rule.at("alert").text()).isRegularFile();
      assertThat(Checkout.read(runbook))
          .startsWith("# " + rule.at("alert").text())
          .contains("## What it means", "## Where to look", "## What to do")
          .contains(rule.at("expr").text().strip());
      assertThat(rule.at("labels", "severity").text()).isIn("page", "ticket");
    }
    assertThat(Checkout.files("docs/runbooks", ".md")).hasSameSizeAs(alerts());
  }

  @Test
  void dashboard_isProvisioned_inComposeAndKubernetes() {
    var files = Checkout.files("deploy/observability/grafana/dashboards", ".json");
    assertThat(files).hasSizeGreaterThanOrEqualTo(4);
    var provided =
        Manifests.find(Manifests.overlay("local"), "ConfigMap", "grafana-dashboards").at("data");
    var names = new HashSet<String>();
    for (var file : files) {
      // JSON is YAML.
      var dashboard = Checkout.yaml(file).getFirst();
      assertThat(names.add(dashboard.at("uid").text())).as("uid of " + file).isTrue();
      assertThat(provided.keys()).contains(String.valueOf(file.getFileName()));
      var ids = new HashSet<String>();
      for (var panel : dashboard.at("panels").items()) {
        assertThat(ids.add(panel.at("id").text())).as(file + " panel ids").isTrue();
        assertThat(panel.at("targets").items()).as(file + " " + panel.at("title")).isNotEmpty();
      }
      assertThat(ids).as(file.toString()).hasSizeGreaterThan(5);
    }
    assertThat(Files.isDirectory(Checkout.path("deploy/observability/grafana/provider"))).isTrue();
  }

  private static List<Node> alerts() {
    var alerts = RULES.items();
    assertThat(alerts).hasSizeGreaterThan(10);
    return alerts;
  }
}
