package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** What a service sends behind its answer reaches the client; small answers and long ones. */
class TrailersTest extends GatewayFixture {

  private static void answering(int bytes) {
    ORDERS.answering(
        (_, response) ->
            response
                .trailerHeaders(
                    trailers -> trailers.set("x-digest", "abc").set("ratelimit", "\"spoofed\""))
                .sendString(Flux.just("a".repeat(bytes / 2), "a".repeat(bytes / 2))));
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 1_000_000})
  void trailers_passOverHttp2(int bytes) {
    answering(bytes);
    try (var wire = Http2Wire.connected(https.port())) {
      wire.request(1, true, "GET", "/api/orders", "authorization", "Bearer " + TOKENS.user("t"))
          .flush();
      var answer = wire.answer(1);

      assertThat(answer.body()).hasSize(bytes);
      assertThat(answer.trailers()).containsOnlyKeys("x-digest").containsEntry("x-digest", "abc");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 1_000_000})
  void trailers_passOverHttp1_behindTheLastChunk(int bytes) {
    answering(bytes);

    var answer =
        raw(
            String.join(
                "\r\n",
                List.of(
                    "GET /api/orders HTTP/1.1",
                    "Host: a",
                    "Connection: close",
                    "Authorization: Bearer " + TOKENS.user("t"),
                    "",
                    "")));

    assertThat(answer)
        .containsIgnoringCase("\r\ntransfer-encoding: chunked\r\n")
        .endsWith("\r\n0\r\nx-digest: abc\r\n\r\n");
  }

  @Test
  void answerWithoutTrailers_hasItsLength() {
    assertThat(get("/api/orders", TOKENS.user("t")).headers().firstValue("content-length"))
        .hasValue("11");
  }
}
