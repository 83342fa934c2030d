package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Alert rules and dashboards: parsed and shown firing by promtool, explained by runbooks. */
class ObservabilityTest {
  private static final Node RULES =
      Checkout.yaml(Checkout.path("deploy/observability/prometheus/alerts.yml"))
          .getFirst()
          .at("groups", 0, "rules");

  /** JSON is YAML. */
  private static final List<Node> DASHBOARDS =
      Checkout.files("deploy/observability/grafana/dashboards", ".json").stream()
          .map(file -> Checkout.yaml(file).getFirst())
          .toList();

  private static final Pattern COMPARED = Pattern.compile("[<>=]=?\\s*([0-9.]+)\\b(?!\\s*/)");
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
        if (!panel.at("type").text().equals("text")) {
          assertThat(panel.at("targets").items()).as(file + " " + panel.at("title")).isNotEmpty();
        }
      }
      assertThat(ids).as(file.toString()).hasSizeGreaterThan(5);
    }
    assertThat(Files.isDirectory(Checkout.path("deploy/observability/grafana/provider"))).isTrue();
  }

  @Test
  void dashboard_leadsToTheOthers_always() {
    for (var dashboard : dashboards()) {
      assertThat(dashboard.at("tags").texts()).contains("gatehouse");
      assertThat(dashboard.at("links").items())
          .as(dashboard.at("title").text())
          .anySatisfy(
              link -> {
                assertThat(link.at("type").text()).isEqualTo("dashboards");
                assertThat(link.at("tags").texts()).containsExactly("gatehouse");
              });
    }
  }

  /** The line on the panel is the alert's, and a click on it says what to do. */
  @Test
  void alert_isShownOnAPanel_withItsThresholdAndARunbook() {
    for (var rule : alerts()) {
      var name = rule.at("alert").text();
      var panels = panels().filter(panel -> runbooks(panel).contains(name)).toList();
      assertThat(panels).as("panels that link to the runbook of " + name).isNotEmpty();
      for (var panel : panels) {
        var steps = panel.at("fieldConfig", "defaults", "thresholds", "steps").items();
        assertThat(steps).as(panel.at("title").text()).hasSizeGreaterThan(1);
        assertThat(thresholds(rule))
            .as("of %s on %s", name, panel.at("title").text())
            .contains(Double.parseDouble(steps.get(1).at("value").text()));
        assertThat(isDrawn(panel)).as(panel.at("title").text()).isTrue();
      }
    }
  }

  @Test
  void runbook_isReadInGrafana_asItIsWritten() {
    var board =
        dashboards().stream()
            .filter(dashboard -> dashboard.at("uid").text().equals("runbooks"))
            .findFirst()
            .orElseThrow();
    for (var rule : alerts()) {
      var name = rule.at("alert").text();
      assertThat(board.at("panels").items())
          .as("repair it with ./gatehouse make")
          .filteredOn(panel -> panel.at("title").text().equals(name))
          .singleElement()
          .satisfies(
              panel ->
                  assertThat(panel.at("options", "content").text())
                      .isEqualTo(Checkout.read("docs/runbooks/" + name + ".md")));
    }
  }

  /** The alerts whose runbook a panel links to. */
  private static List<String> runbooks(Node panel) {
    var ids = new HashMap<String, String>();
    for (var dashboard : dashboards()) {
      if (dashboard.at("uid").text().equals("runbooks")) {
        dashboard
            .at("panels")
            .items()
            .forEach(
                runbook ->
                    ids.put(
                        "/d/runbooks?viewPanel=" + runbook.at("id").text(),
                        runbook.at("title").text()));
      }
    }
    return panel.at("links").items().stream()
        .map(link -> ids.getOrDefault(link.at("url").text(), "nowhere: " + link.at("url").text()))
        .toList();
  }

  /** Where red begins or ends: the number compared with; the next one for counts. */
  private static List<Double> thresholds(Node rule) {
    var compared = COMPARED.matcher(rule.at("expr").text());
    var found = new ArrayList<Double>();
    while (compared.find()) {
      var number = Double.parseDouble(compared.group(1));
      found.add(number);
      if (number == Math.rint(number)) {
        found.add(number + 1);
      }
    }
    return found;
  }

  private static boolean isDrawn(Node panel) {
    return switch (panel.at("type").text()) {
      case "stat" -> panel.at("options", "colorMode").text().equals("background");
      case "timeseries" ->
          panel
              .at("fieldConfig", "defaults", "custom", "thresholdsStyle", "mode")
              .text()
              .startsWith("line");
      default -> false;
    };
  }

  private static Stream<Node> panels() {
    return dashboards().stream().flatMap(dashboard -> dashboard.at("panels").items().stream());
  }

  private static List<Node> dashboards() {
    assertThat(DASHBOARDS).hasSizeGreaterThanOrEqualTo(5);
    return DASHBOARDS;
  }

  private static List<Node> alerts() {
    var alerts = RULES.items();
    assertThat(alerts).hasSizeGreaterThan(10);
    return alerts;
  }
}
