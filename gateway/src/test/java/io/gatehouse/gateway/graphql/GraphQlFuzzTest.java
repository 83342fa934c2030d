package io.gatehouse.gateway.graphql;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.WireMock;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever is sent to the composed paths is the caller's fault or answered: some thousand requests,
 * put together of odd parts, always the same ones.
 */
class GraphQlFuzzTest extends GraphQlGateway {
  private static final Set<Integer> STATUSES =
      Set.of(200, 400, 405, 406, 413, 414, 415, 422, 429, 431);

  /** Fewer than a caller's burst. */
  private static final int PER_CALLER = 25;

  private final Random random = new Random(11);
  private int requests;
  private String token = "";

  @BeforeEach
  void services() {
    for (var service : List.of(USER_SERVICE, ORDER_SERVICE)) {
      service.stubFor(any(anyUrl()).atPriority(9).willReturn(refusal(404, "NOT_FOUND")));
    }
    USER_SERVICE.stubFor(WireMock.get("/api/users/me").willReturn(ok(user(subject))));
    ORDER_SERVICE.stubFor(
        WireMock.get(urlPathEqualTo("/api/orders"))
            .willReturn(
                ok(
                    "{\"items\":[{\"id\":\""
                        + other
                        + "\",\"total\":\"no number\"}],\"next\":null}")));
  }

  @Test
  void posts_areAnsweredOrRefused() {
    for (var i = 0; i < 900; i++) {
      var body = body();
      var request =
          begin("/graphql")
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofByteArray(body));
      assertNoFaultOfOurs(request, new String(body, UTF_8));
    }
  }

  @Test
  void headers_areReadOrRefused() {
    for (var i = 0; i < 900; i++) {
      var request = begin(i % 3 == 0 ? "/api/me/overview" : "/graphql");
      var sent = new StringBuilder();
      for (var n = random.nextInt(3); n >= 0; n--) {
        var name = oneOf(GraphQlFuzzWords.HEADERS);
        var value = oneOf(GraphQlFuzzWords.VALUES);
        request.header(name, value);
        sent.append(name).append(": ").append(value).append('\n');
      }
      if (i % 3 != 0) {
        request.POST(BodyPublishers.ofString("{\"query\":\"{ me { id } }\"}"));
      }
      if (i % 3 == 1) {
        request.header("Content-Type", "application/json");
      }
      assertNoFaultOfOurs(request, sent.toString());
    }
  }

  @Test
  void parameters_areReadOrRefused() {
    var names =
        List.of("query", "variables", "operationName", "extensions", "", "%00", "limit", "x[]");
    for (var i = 0; i < 600; i++) {
      var path = new StringBuilder(i % 4 == 0 ? "/api/me/overview?" : "/graphql?");
      for (var n = random.nextInt(4); n >= 0; n--) {
        path.append(oneOf(names))
            .append('=')
            .append(
                encoded(
                    shortened(
                        random.nextBoolean()
                            ? oneOf(GraphQlFuzzWords.QUERIES)
                            : oneOf(GraphQlFuzzWords.VALUES_OF_JSON))))
            .append('&');
      }
      assertNoFaultOfOurs(begin(path.toString()).GET(), path.toString());
    }
  }

  @Test
  void methods_areAnsweredOrRefused() {
    for (var path :
        List.of(
            "/graphql",
            "/graphql/",
            "/graphql/x",
            "/api/me",
            "/api/me/",
            "/api/me/x",
            "/api/me/overview/")) {
      for (var method :
          List.of("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY", "FOO")) {
        var response = send(begin(path).method(method, BodyPublishers.ofString("{}")));
        assertThat(response.statusCode()).as("%s %s", method, path).isBetween(200, 431);
      }
    }
  }

  private byte[] body() {
    if (random.nextInt(6) == 0) {
      var charset = oneOf(List.of(UTF_8, StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16));
      return oneOf(GraphQlFuzzWords.BODIES).getBytes(charset);
    }
    var body =
        new StringBuilder("{\"query\":" + JSON.writeValueAsString(oneOf(GraphQlFuzzWords.QUERIES)));
    for (var name : List.of("variables", "operationName", "extensions", "surplus")) {
      if (random.nextInt(3) == 0) {
        body.append(",\"")
            .append(name)
            .append("\":")
            .append(oneOf(GraphQlFuzzWords.VALUES_OF_JSON));
      }
    }
    var bytes = body.append('}').toString().getBytes(UTF_8);
    if (random.nextInt(5) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private HttpRequest.Builder begin(String path) {
    if (requests++ % PER_CALLER == 0) {
      token = TOKENS.user(UUID.randomUUID().toString());
    }
    return request(path, token);
  }

  private static void assertNoFaultOfOurs(HttpRequest.Builder request, String sent) {
    var response = send(request);
    assertThat(response.statusCode())
        .as("%s\n%s", shortened(sent), shortened(response.body()))
        .isIn(STATUSES);
    assertThat(json(response).propertyNames())
        .as("%s", shortened(sent))
        .containsAnyOf("data", "errors", "error", "user", "missing");
    assertThat(response.body())
        .doesNotContain("INTERNAL_ERROR", "Exception", "io.gatehouse", "graphql.java");
  }

  private static String shortened(String text) {
    return text.length() > 400 ? text.substring(0, 400) : text;
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
