package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A panel or an alert about a metric that nobody exposes would stay silent for ever. */
@ExtendWith(SharedPlatform.class)
@Order(20)
class DashboardsIT {
  private static final Path OBSERVABILITY = CommandLineRun.ROOT.resolve("deploy/observability");
  private static final List<String> SERVICES =
      List.of("gateway", "auth-server", "user-service", "order-service", "discovery");

  /** Made by Prometheus itself. */
  private static final Set<String> BUILT_IN = Set.of("up", "ALERTS");

  private static final Pattern LABELS =
      Pattern.compile(
          "\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]|\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
  private static final Pattern METRIC =
      Pattern.compile("\\b[a-zA-Z_:][a-zA-Z0-9_:]*\\b(?!\\s*\\()");
  private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

  private final RunningPlatform platform;

  DashboardsIT(RunningPlatform platform) {
    this.platform = platform;
  }

  @Test
  void metricOfADashboardOrAlert_isExposed_always() throws Exception {
    var asked = new TreeSet<String>();
    dashboards().forEach(expression -> asked.addAll(metrics(expression)));
    alerts().forEach(expression -> asked.addAll(metrics(expression)));
    asked.removeAll(BUILT_IN);
    asked.removeAll(alertFile().findValuesAsString("record"));
    // No part of a platform without Kafka.
    asked.removeIf(name -> name.startsWith("gatehouse_connector_"));
    assertThat(asked).hasSizeGreaterThan(30);
    bringAboutWhatIsRarelyCounted();

    assertThat(exposed()).containsAll(asked);
  }

  /** A request that the edge refuses, and an overview with a part missing: a client is no user. */
  private void bringAboutWhatIsRarelyCounted() throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var dots = HttpRequest.newBuilder(URI.create(platform.url() + "/api/%2e%2e/orders")).build();
      assertThat(client.send(dots, BodyHandlers.discarding()).statusCode()).isEqualTo(400);
    }
    var overview = platform.api().get("/api/me/overview", platform.serviceToken());
    assertThat(overview.json().path("missing").toString()).isEqualTo("[\"user\"]");
  }

  private static Set<String> metrics(String expression) {
    return METRIC
        .matcher(LABELS.matcher(expression).replaceAll(" "))
        .results()
        .map(MatchResult::group)
        .filter(name -> !WORDS.contains(name))
        .collect(Collectors.toSet());
  }

  private static List<String> dashboards() throws IOException {
    try (var files = Files.list(OBSERVABILITY.resolve("grafana/dashboards"))) {
      return files
          .map(file -> new JsonMapper().readTree(file.toFile()))
          .flatMap(dashboard -> dashboard.findValuesAsString("expr").stream())
          .toList();
    }
  }

  private static Stream<String> alerts() throws IOException {
    return alertFile().findValuesAsString("expr").stream();
  }

  private static JsonNode alertFile() throws IOException {
    var text = Files.readString(OBSERVABILITY.resolve("prometheus/alerts.yml"));
    return new JsonMapper().valueToTree(new Yaml().<Object>load(text));
  }

  private Set<String> exposed() throws IOException, InterruptedException {
    var names = new TreeSet<String>();
    try (var client = HttpClient.newHttpClient()) {
      for (var service : SERVICES) {
        var url = platform.managementUrl(service).resolve("/actuator/prometheus");
        var request = HttpRequest.newBuilder(url).build();
        client
            .send(request, BodyHandlers.ofLines())
            .body()
            .filter(line -> !line.startsWith("#"))
            .forEach(line -> names.add(line.split("[{ ]", 2)[0]));
      }
    }
    return names;
  }
}
