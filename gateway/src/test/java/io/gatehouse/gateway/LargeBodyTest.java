package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;

/** Routes that take larger bodies than the usual one, or smaller ones. */
@TestPropertySource(
    properties = {
      "spring.config.additional-location=classpath:large-body-routes.yml",
      // What is held for one caller: an upload that was held would be refused.
      "gatehouse.edge.buffered-bytes-per-caller=1MB"
    })
class LargeBodyTest extends GatewayFixture {
  private static final int MIB = 1024 * 1024;
  private final String token = TOKENS.user("ada");

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void largeBody_streamsThrough(boolean announced) throws Exception {
    USERS.answering(
        (request, response) ->
            response.sendString(
                request
                    .receive()
                    .collect(LargeBodyTest::sha256, (hash, piece) -> hash.update(piece.nioBuffer()))
                    .map(hash -> HexFormat.of().formatHex(hash.digest()))));
    var bytes = new byte[20 * MIB];
    new Random(7).nextBytes(bytes);

    var answer = send(request("/files/1", token).PUT(body(bytes, announced)));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(HexFormat.of().formatHex(sha256().digest(bytes)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/files/1", "/small/1", "/api/users/1"})
  void body_thatIsLargerThanItsRouteSays_is413(String path) {
    var size = path.startsWith("/files") ? 33 * MIB : path.startsWith("/small") ? 2000 : MIB + 1;

    var answer = send(request(path, token).PUT(body(new byte[size], true)));

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).contains("\"code\":\"PAYLOAD_TOO_LARGE\"");
    assertThat(USERS.received()).isEmpty();
  }

  @Test
  void unannouncedBody_thatIsLargerThanItsRouteSays_is413() {
    USERS.answering(
        (request, response) -> response.sendString(request.receive().aggregate().asString()));

    var answer =
        raw(
            "PUT /small/1 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n%s\r\n0\r\n\r\n"
                .formatted(token, "x".repeat(2000)));

    assertThat(answer).startsWith("HTTP/1.1 413 ");
  }

  @Test
  void usualBody_stillPasses() {
    var answer = send(request("/small/1", token).PUT(BodyPublishers.ofString("x".repeat(1000))));

    assertThat(answer.statusCode()).isEqualTo(200);
  }

  private static BodyPublisher body(byte[] bytes, boolean announced) {
    return announced
        ? BodyPublishers.ofByteArray(bytes)
        : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (java.security.NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
