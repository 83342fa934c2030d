package io.gatehouse.gateway.graphql;

import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.gatehouse.gateway.ComposingGateway;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Idempotency-Key and If-Match mean for a GraphQL request. */
class GraphQlRepeatTest extends ComposingGateway {
  private static final String TWO =
      "mutation($a: ID!, $b: ID!) { a: cancelOrder(id: $a, reason: \"x\") { id } ...B }"
          + " fragment B on Mutation { b: cancelOrder(id: $b, reason: \"x\") { id } }";
  private static final String ONE =
      "mutation($a: ID!) { cancelOrder(id: $a, reason: \"x\") { id } __typename }";

  private final String first = UUID.randomUUID().toString();
  private final String second = UUID.randomUUID().toString();

  @BeforeEach
  void cancellable() {
    for (var id : List.of(first, second)) {
      ORDER_SERVICE.stubFor(
          WireMock.post(path(id))
              .willReturn(
                  ok("{\"id\":\"%s\"}".formatted(id)).withHeader("Idempotent-Replayed", "true")));
    }
  }

  @Test
  void oneChange_isTheCallBehindIt_withItsKeyAndVersion() {
    var response = send(ONE, "Idempotency-Key", "k-1", "If-Match", "\"3\"");

    assertThat(json(response).at("/data/cancelOrder/id").asString()).isEqualTo(first);
    assertThat(response.headers().firstValue("Idempotent-Replayed")).hasValue("true");
    assertThat(sentTo(first).header("Idempotency-Key").values()).containsExactly("k-1");
    assertThat(sentTo(first).header("If-Match").values()).containsExactly("\"3\"");
  }

  @Test
  void severalChanges_haveKeysOfTheirOwn_whichARepeatFindsAgain() {
    send(TWO, "Idempotency-Key", "k-2");
    var keyOfFirst = sentTo(first).getHeader("Idempotency-Key");
    var keyOfSecond = sentTo(second).getHeader("Idempotency-Key");
    ORDER_SERVICE.resetRequests();

    var repeat = send(TWO, "Idempotency-Key", "k-2");

    assertThat(keyOfFirst).isNotEqualTo(keyOfSecond).matches("[0-9a-f]{64}");
    assertThat(sentTo(first).getHeader("Idempotency-Key")).isEqualTo(keyOfFirst);
    assertThat(sentTo(second).getHeader("Idempotency-Key")).isEqualTo(keyOfSecond);
    assertThat(repeat.headers().firstValue("Idempotent-Replayed")).hasValue("true");
  }

  @Test
  void answer_isNoReplay_whenOneOfItsChangesIsNew() {
    ORDER_SERVICE.stubFor(WireMock.post(path(second)).willReturn(ok("{\"id\":\"x\"}")));

    var response = send(TWO, "Idempotency-Key", "k-3");

    assertThat(response.headers().firstValue("Idempotent-Replayed")).isEmpty();
  }

  @Test
  void version_isRefused_whenItCouldMeanSeveralChanges() {
    assertRefused(send(TWO, "If-Match", "\"3\""), "If-Match");
  }

  @Test
  void key_isRefused_whenItIsNone() {
    assertRefused(send(TWO, "Idempotency-Key", "two words"), "Idempotency-Key");
    assertRefused(send(TWO, "Idempotency-Key", "a", "Idempotency-Key", "b"), "Idempotency-Key");
    assertRefused(send(TWO, "Idempotency-Key", "k".repeat(256)), "Idempotency-Key");
  }

  private static void assertRefused(HttpResponse<String> response, String field) {
    var errors = json(response).at("/errors");
    assertThat(errors).hasSize(2);
    assertThat(errors.at("/0/extensions/code").asString()).isEqualTo("VALIDATION_ERROR");
    assertThat(errors.at("/0/extensions/details/0/field").asString()).isEqualTo(field);
    ORDER_SERVICE.verify(0, postRequestedFor(urlMatching("/api/.*")));
  }

  private HttpResponse<String> send(String query, String... headers) {
    var body = Map.of("query", query, "variables", Map.of("a", first, "b", second));
    return send(
        request("/graphql", TOKENS.user(subject))
            .header("Content-Type", "application/json")
            .headers(headers)
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
  }

  private static String path(String id) {
    return "/api/orders/" + id + "/cancellation";
  }

  private static LoggedRequest sentTo(String id) {
    return ORDER_SERVICE.findAll(postRequestedFor(urlEqualTo(path(id)))).getFirst();
  }
}
