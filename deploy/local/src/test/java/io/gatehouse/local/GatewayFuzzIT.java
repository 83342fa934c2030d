package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.local.journey.PublicApi;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.core.JacksonException;

/**
 * Requests at random through the door: no answer is a 5xx, and each is one that the platform's
 * OpenAPI document describes, its body too. {@code -Dfuzz.requests=N} makes it longer, {@code
 * -Dfuzz.seed=N} another.
 */
@ExtendWith(SharedPlatform.class)
@Order(31)
class GatewayFuzzIT {
  private static final int REQUESTS = Integer.getInteger("fuzz.requests", 2_500);
  private static final long SEED = Long.getLong("fuzz.seed", 11);
  private static final int TOLD = 40;
  private static final Pattern TOKEN = Pattern.compile("Bearer [^\\]]+");

  private final RunningPlatform platform;

  GatewayFuzzIT(RunningPlatform platform) {
    this.platform = platform;
  }

  @Test
  void request_isAnsweredAsTheDocumentSays_whateverItIs() throws Exception {
    var person = new Person(platform.url());
    var token = person.signIn().access();
    var api = new PublicApi(platform.url());
    var ids =
        Map.of(
            "users", Made.id(api.get("/api/users/me", token)),
            "orders", Made.id(api.post("/api/orders", token, NewOrder.BODY)));
    var tokens =
        List.of(
            token,
            token,
            platform.serviceToken(),
            platform.personToken("grace@example.com"),
            "",
            "bnVsbA.e30.AA");
    var document = api.get("/openapi.json", null).response().body();
    var fuzz = new RequestFuzz(SEED, platform.url(), document, tokens, ids);
    var faults = new TreeMap<String, String>();
    var statuses = new TreeMap<Integer, Integer>();

    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (var n = 0; n < REQUESTS; n++) {
        var request = fuzz.next();
        var what = request.method() + " " + path(request);
        try {
          var answer = client.send(request, BodyHandlers.ofString());
          statuses.merge(answer.statusCode(), 1, Integer::sum);
          for (var problem : problems(answer)) {
            faults.putIfAbsent(
                "%s %d: %s".formatted(what, answer.statusCode(), problem),
                told(n, request) + answer.body());
          }
        } catch (IOException noAnswer) {
          faults.putIfAbsent(what + ": " + noAnswer.getMessage(), told(n, request));
        }
      }
      client.shutdownNow();
    }

    var told = new StringBuilder();
    faults.entrySet().stream()
        .limit(TOLD)
        .forEach(
            fault ->
                told.append(fault.getKey())
                    .append("\n    ")
                    .append(shortened(fault.getValue()))
                    .append('\n'));
    assertThat(faults).as("%d kinds of faults%n%s", faults.size(), told).isEmpty();
    // The requests get somewhere: nothing would be found by requests that are all refused at the
    // door.
    assertThat(statuses).containsKeys(200, 201, 400, 401, 403, 404);
  }

  private List<String> problems(HttpResponse<String> answer) {
    if (answer.statusCode() >= 500) {
      return List.of("a server error");
    }
    try {
      return platform.document().problems(answer);
    } catch (JacksonException notJson) {
      return List.of("the body is no JSON although it says so");
    }
  }

  private static String path(HttpRequest request) {
    return request.uri().getPath().replaceAll("(/api/(?:orders|users)/)[^/]+", "$1…");
  }

  private static String told(int number, HttpRequest request) {
    var headers = request.headers().map().toString();
    return "request %d: %s %s "
        .formatted(number, request.uri(), TOKEN.matcher(headers).replaceAll("Bearer …"));
  }

  private static String shortened(String text) {
    return text.length() > 700 ? text.substring(0, 700) + " …" : text;
  }
}
