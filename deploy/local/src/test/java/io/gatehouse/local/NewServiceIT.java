package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.local.drill.OpenLoad;
import io.gatehouse.local.journey.PublicApi;
import io.gatehouse.local.journey.PublicApi.Answer;
import io.gatehouse.local.journey.SignIn;
import io.gatehouse.local.platform.Home;
import io.gatehouse.local.platform.Running;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code new-service} promises, in a clean copy of this checkout: the service is made, runs
 * beside data that was there before, keeps the platform's promises, and goes without a trace.
 * {@code ./mvnw -Pdrills,-after-the-services -pl deploy/local verify -Dit.test=NewServiceIT}
 */
@Tag("drill")
class NewServiceIT {
  private static final String ITEMS = "/api/inventory";
  private static final String SERVICE = "inventory-service";
  private static final Duration QUICKLY = Duration.ofSeconds(5);
  private static final int SETTLED = 200;
  private static final Duration SETTLE = Duration.ofMinutes(3);

  @TempDir private Path folder;
  private CleanCopy copy;

  @BeforeEach
  void copyCheckout() {
    copy = CleanCopy.in(folder);
  }

  @Test
  void service_keepsEveryPromise_beside_whatWasThere_andLeavesNothing() throws Exception {
    var port = RunningPlatform.freePort();
    var api = new PublicApi(URI.create("http://localhost:" + port));
    try {
      copy.gatehouse("up", "--detach", "--port", String.valueOf(port));
      var order = placeOrder(api);
      copy.gatehouse("down");

      generate();
      copy.gatehouse("up", "--detach", "--port", String.valueOf(port));

      assertThat(api.get("/api/orders/" + order, serviceToken(api)).status()).isEqualTo(200);
      var checked = copy.gatehouse("check", "--url", api.url().toString());
      System.out.print(checked);
      itemsAreKept(api);
      callersAreRefused(api);
      fastCallerIsHeldBack(api);
      targetIsScraped();
      copy.gatehouse("up", "--detach", "--scale", SERVICE + "=2");
      restartLosesNothing(api);
    } finally {
      copy.gatehouse("down");
    }
    serviceAndDeployments_areValid();

    copy.gatehouse("remove-service", "inventory");
    assertThat(copy.changes()).isEmpty();
  }

  @Test
  void plainService_isServed_byAPlatformThatRan() {
    var port = RunningPlatform.freePort();
    var api = new PublicApi(URI.create("http://localhost:" + port));
    try {
      copy.gatehouse("up", "--detach", "--port", String.valueOf(port));
      copy.gatehouse("new-service", "stock");
      copy.gatehouse("up", "--detach", "--port", String.valueOf(port));

      var token = new SignIn(api.url()).asClient("demo-service", "demo-secret", "stock.read");
      var answer = api.get("/api/stock", token);
      assertThat(answer.status()).as(answer.summary()).isEqualTo(200);
    } finally {
      copy.gatehouse("down");
    }
  }

  @Test
  void wholeBuild_passes_withTheServiceInIt() {
    generate();

    System.out.print(lastLines(copy.run(Duration.ofHours(2), "./mvnw", "-B", "-ntp", "verify")));

    copy.gatehouse("remove-service", "inventory");
    assertThat(copy.changes()).isEmpty();
  }

  private void generate() {
    // Builds the command line first, which is not the generator's time.
    copy.gatehouse("down");
    var started = System.nanoTime();
    copy.gatehouse("new-service", "inventory", "--database");
    var took = Duration.ofNanos(System.nanoTime() - started);
    System.out.printf("new-service took %.1f s%n", took.toMillis() / 1000.0);
    assertThat(took).isLessThan(QUICKLY);
    assertThat(copy.changes()).anyMatch(line -> line.endsWith(" " + SERVICE + "/"));
  }

  private static String placeOrder(PublicApi api) {
    return Made.id(api.post("/api/orders", serviceToken(api), NewOrder.BODY));
  }

  /** A token of all scopes that the platform says it has. */
  private static String serviceToken(PublicApi api) {
    return new SignIn(api.url()).asClient("demo-service", "demo-secret");
  }

  private static String narrowToken(PublicApi api) {
    return new SignIn(api.url()).asClient("demo-service", "demo-secret", "inventory.read");
  }

  private static void itemsAreKept(PublicApi api) {
    var token =
        new SignIn(api.url())
            .asClient("demo-service", "demo-secret", "inventory.read inventory.write");
    var made = api.post(ITEMS, token, Map.of("name", "tea", "quantity", 12));
    assertThat(made.status()).as(made.summary()).isEqualTo(201);
    var place = made.response().headers().firstValue("Location").orElseThrow();
    assertThat(place).isEqualTo(ITEMS + "/" + Made.id(made));

    var read = api.get(place, token);
    assertThat(read.status()).as(read.summary()).isEqualTo(200);
    assertThat(read.json().path("quantity").asInt()).isEqualTo(12);
    var tag = read.response().headers().firstValue("ETag").orElseThrow();
    assertThat(api.send("GET", place, token, null, "If-None-Match", tag).status()).isEqualTo(304);

    var green = Map.of("name", "green tea", "quantity", 11);
    var changed = api.send("PUT", place, token, green, "If-Match", tag);
    assertThat(changed.status()).as(changed.summary()).isEqualTo(200);
    assertThat(changed.json().path("name").asString()).isEqualTo("green tea");
    assertThat(changed.json().path("version").asInt()).isEqualTo(2);

    var page = api.get(ITEMS + "?limit=1", token);
    assertThat(page.json().at("/items/0/id").asString()).isEqualTo(Made.id(made));
    assertThat(page.json().path("next").isNull()).isTrue();

    assertThat(api.send("DELETE", place, token, null).status()).isEqualTo(204);
    refused(api.get(place, token), 404, "NOT_FOUND");
  }

  private static void callersAreRefused(PublicApi api) {
    var token = serviceToken(api);
    var tea = Map.of("name", "black tea", "quantity", 1);
    var place = ITEMS + "/" + Made.id(api.post(ITEMS, token, tea));

    refused(api.get(ITEMS, null), 401, "UNAUTHENTICATED");
    refused(api.post(ITEMS, narrowToken(api), tea), 403, "FORBIDDEN");
    refused(api.get(ITEMS + "/00000000-0000-7000-8000-000000000000", token), 404, "NOT_FOUND");
    refused(api.send("PATCH", place, token, tea), 405, "METHOD_NOT_ALLOWED");
    refused(api.post(ITEMS, token, tea), 409, "ALREADY_EXISTS");
    refused(api.send("PUT", place, token, tea, "If-Match", "\"99\""), 412, "VERSION_MISMATCH");
    refused(api.post(ITEMS, token, Map.of("name", "")), 400, "VALIDATION_ERROR");
    assertThat(api.send("DELETE", place, token, null).status()).isEqualTo(204);
  }

  private static void refused(Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.summary()).isEqualTo(status);
    assertErrorBody(answer.json(), answer.response(), code);
  }

  private static void assertErrorBody(JsonNode body, HttpResponse<String> response, String code) {
    assertThat(body.at("/error/code").asString()).isEqualTo(code);
    assertThat(body.at("/error/details").isArray()).isTrue();
    assertThat(body.at("/error/requestId").asString())
        .isEqualTo(response.headers().firstValue("X-Request-Id").orElseThrow());
  }

  /** One person, faster than a person's quota, which the new route counts like every other. */
  private static void fastCallerIsHeldBack(PublicApi api) {
    var token = new SignIn(api.url()).asUser("grace@example.com", Person.PASSWORD);
    var request =
        HttpRequest.newBuilder(api.url().resolve(ITEMS))
            .header("Authorization", "Bearer " + token)
            .timeout(Duration.ofSeconds(15))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      var limited =
          await()
              .atMost(Duration.ofMinutes(2))
              .until(
                  () -> burst(client, request).filter(one -> one.statusCode() == 429).findFirst(),
                  Optional::isPresent)
              .orElseThrow();
      assertErrorBody(new JsonMapper().readTree(limited.body()), limited, "RATE_LIMITED");
      assertThat(limited.headers().map())
          .containsKeys("retry-after", "ratelimit", "ratelimit-policy");
    }
  }

  private static Stream<HttpResponse<String>> burst(HttpClient client, HttpRequest request) {
    var sent =
        Stream.generate(() -> client.sendAsync(request, BodyHandlers.ofString()))
            .limit(300)
            .toList();
    return sent.stream().map(CompletableFuture::join);
  }

  /** What the dashboards show of every job is there to be scraped, and it is one of the jobs. */
  private void targetIsScraped() throws Exception {
    var running =
        Running.in(Home.of(folder, copy.file(".gatehouse"))).stream()
            .filter(one -> one.name().equals(SERVICE))
            .findFirst()
            .orElseThrow();
    var metrics =
        URI.create("http://localhost:%d/actuator/prometheus".formatted(running.managementPort()));
    try (var client = HttpClient.newHttpClient()) {
      var scraped = client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString());
      assertThat(scraped.body())
          .contains("http_server_requests_seconds_count", "r2dbc_pool_acquired_connections");
    }
    for (var file :
        List.of(
            "deploy/observability/prometheus/prometheus.yml",
            "deploy/observability/kubernetes/prometheus.yml",
            "deploy/observability/prometheus/alerts.yml",
            "deploy/observability/grafana/dashboards/runbooks.json")) {
      assertThat(copy.read(file)).as(file).contains(SERVICE);
    }
    // Whatever is scraped can be chosen there.
    for (var dashboard : List.of("platform", "jvm")) {
      var file = "deploy/observability/grafana/dashboards/%s.json".formatted(dashboard);
      assertThat(copy.read(file)).as(file).contains("label_values(up, job)");
    }
  }

  private void restartLosesNothing(PublicApi api) {
    var token = serviceToken(api);
    try (var load = new OpenLoad(api.url())) {
      load.every(Duration.ofMillis(40), () -> as(token, api.url().resolve(ITEMS + "?limit=1")));
      load.every(
          Duration.ofMillis(80),
          () ->
              as(token, api.url().resolve(ITEMS))
                  .header("Content-Type", "application/json")
                  .POST(
                      BodyPublishers.ofString(
                          "{\"name\":\"%s\",\"quantity\":1}".formatted(UUID.randomUUID()))));
      assertThat(load.settles(SETTLED, SETTLE)).isTrue();
      load.forget();
      copy.gatehouse("restart", SERVICE);
      load.stop();

      System.out.printf("restart: %d requests, %s failed%n", load.sent(), load.refused().size());
      assertThat(load.refused()).isEmpty();
    }
  }

  private static HttpRequest.Builder as(String token, URI uri) {
    return HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token);
  }

  /** What the build checks of the service, its tests included, and of all that is made for it. */
  private void serviceAndDeployments_areValid() {
    assertThat(copy.read("docker-compose.yml")).contains(SERVICE);
    copy.run(
        "./mvnw",
        "-q",
        "-B",
        "-ntp",
        "-am",
        "-pl",
        SERVICE + ",deploy/checks",
        "verify",
        "-Dtest=io/gatehouse/inventory/*Test,io/gatehouse/checks/*Test",
        "-Dsurefire.failIfNoSpecifiedTests=false");
  }

  private static String lastLines(String output) {
    var lines = output.lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
  }
}
