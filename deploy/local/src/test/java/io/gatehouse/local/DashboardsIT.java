package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

/** Every metric that a dashboard or an alert names is one that a running service exposes. */
@ExtendWith(SharedPlatform.class)
class DashboardsIT {
  private static final Path OBSERVABILITY = CommandLineRun.ROOT.resolve("deploy/observability");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");

  /** What PromQL itself knows; a name before a parenthesis is a function's. */
  private static final Pattern WORDS =
      Pattern.compile(
          "\\b(by|on|without|ignoring|group_left|group_right)\\s*\\([^)]*\\)|\\w+\\s*(?=\\()"
              + "|\\{[^}]*\\}|\\[[^\\]]*\\]|\"[^\"]*\"|\\b(and|or|unless|offset|bool|sum|min|max|avg|count)\\b|\\b\\d[\\w.]*");

  /** Made by Prometheus, or counted only once the fault it counts has happened. */
  private static final Set<String> NOT_BEFORE_A_FAULT =
      Set.of("up", "ALERTS", "gatehouse_composition_missing_total");

  private final RunningPlatform platform;

  DashboardsIT(RunningPlatform platform) {
    this.platform = platform;
  }

  @Test
  void metric_isExposed_ifADashboardOrAnAlertNamesIt() throws Exception {
    var token = platform.serviceToken();
    for (var path : new String[] {"/api/orders", "/api/users", "/a%2Fb", "/health"}) {
      platform.api().get(path, token);
    }

    var exposed = exposed();
    var named = named();
    named.removeAll(NOT_BEFORE_A_FAULT);

    assertThat(named).hasSizeGreaterThan(30);
    assertThat(exposed).containsAll(named);
  }

  private Set<String> exposed() throws IOException, InterruptedException {
    var names = new TreeSet<String>();
    try (var client = HttpClient.newHttpClient()) {
      for (var service :
          new String[] {"discovery", "auth-server", "user-service", "order-service", "gateway"}) {
        var port = platform.component(service).managementPort();
        var uri = URI.create("http://localhost:" + port + "/actuator/prometheus");
        var answer = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(service).isEqualTo(200);
        answer
            .body()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split("[{ ]", 2)[0])
            .forEach(names::add);
      }
    }
    return names;
  }

  private static Set<String> named() throws IOException {
    var names = new TreeSet<String>();
    try (var dashboards =
        Files.newDirectoryStream(OBSERVABILITY.resolve("grafana/dashboards"), "*.json")) {
      for (var dashboard : dashboards) {
        for (var expression :
            new JsonMapper().readTree(Files.readString(dashboard)).findValues("expr")) {
          names.addAll(metrics(expression.asString()));
        }
      }
    }
    var rules = new Yaml();
    Map<String, Object> alerts =
        rules.load(Files.readString(OBSERVABILITY.resolve("prometheus/alerts.yml")));
    expressions(alerts).forEach(expression -> names.addAll(metrics(expression)));
    return names;
  }

  private static Set<String> expressions(Object node) {
    var found = new TreeSet<String>();
    if (node instanceof Map<?, ?> map) {
      if (map.get("expr") instanceof String expression) {
        found.add(expression);
      }
      map.values().forEach(child -> found.addAll(expressions(child)));
    } else if (node instanceof Iterable<?> list) {
      list.forEach(child -> found.addAll(expressions(child)));
    }
    return found;
  }

  private static Set<String> metrics(String expression) {
    var names = new TreeSet<String>();
    var matcher = NAME.matcher(WORDS.matcher(expression).replaceAll(" "));
    while (matcher.find()) {
      names.add(matcher.group());
    }
    return names;
  }
}
