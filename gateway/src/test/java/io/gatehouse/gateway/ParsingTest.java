package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Raw bytes at the door; after each the gateway must be well. */
@SuppressWarnings("StringConcatToTextBlock") // CRLF is what these are about.
class ParsingTest extends GatewayFixture {

  @AfterEach
  void gatewayIsWell() {
    assertThat(get("/api/orders", TOKENS.user("after")).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /api/users HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /api/users HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n"
            + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST /api/users HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "POST /api/users HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        "POST /api/users HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        "POST /api/users HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "POST /api/users HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nabcde",
        "POST /api/users HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n",
        "GET /api/users HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n",
        "GET /api/users HTTP/1.1\r\nHost: a\r\n X-A: folded\r\n\r\n",
        "GET /api/users HTTP/9.9\r\nHost: a\r\n\r\n",
        "GARBAGE\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
      })
  void unparsableOrSmuggling_is400_andTheConnectionCloses(String bytes) {
    var answer = raw(bytes);

    assertThat(answer).startsWith("HTTP/1.1 400");
    assertThat(answer.split("HTTP/1\\.1 ", -1)).as("one answer only").hasSize(2);
    assertThat(USERS.received()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Host: a\r\nHost: b\r\n", "Host: a b\r\n", "Host: a@b\r\n"})
  void hostThatIsNotOne_is400(String host) {
    assertRefused(raw("GET /health HTTP/1.1\r\n" + host + "\r\n"), 400, "MALFORMED_REQUEST");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://shop.example.com/api/users/me?a=b",
        "HTTP://shop.example.com/api/users/%6De?a=b",
      })
  void targetWithAHost_isReadAsPathAndHost_whateverHostSays(String target) {
    var token = TOKENS.user(UUID.randomUUID().toString());

    var answer =
        raw(
            "GET %s HTTP/1.1\r\nHost: other\r\nAuthorization: Bearer %s\r\nConnection: close\r\n\r\n"
                .formatted(target, token));

    assertThat(answer).startsWith("HTTP/1.1 200 ");
    assertThat(USERS.last().uri()).isEqualTo("/api/users/me?a=b");
    assertThat(USERS.last().headers()).containsEntry("x-forwarded-host", "shop.example.com");
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost, 200",
    "http://localhost?a=b, 200",
    "http://localhost/health, 200",
    "http://localhost/api/../health, 400",
    "http://localhost/api%2fusers, 400",
    "https://localhost/health, 400",
    "http://a@localhost/health, 400",
    "http:///health, 400",
    "http:/health, 400",
    "ftp://localhost/health, 400"
  })
  void targetWithAHost_isUnderTheSameRules(String target, int status) {
    assertThat(raw("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 " + status + " ");
    assertThat(raw("GET " + target + " HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"))
        .startsWith("HTTP/1.1 400 ");
  }

  /** It is no part of the URI, and there is no status for it. */
  @Test
  void longChunkExtension_isABare400() {
    var answer =
        raw(
            "POST /api/users HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;a="
                + "b".repeat(9000)
                + "\r\n{}\r\n0\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 400 ");
  }

  @Test
  void slowHead_is408() {
    assertRefused(raw("GET /api/users HTTP/1.1\r\nHost: a\r\n"), 408, "REQUEST_TIMEOUT");
  }

  @Test
  void pipelinedRequests_areAnsweredInOrder() {
    var answer =
        raw(
            "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
                + "GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

    assertThat(answer.indexOf(" 200 ")).isPositive().isLessThan(answer.indexOf(" 404 "));
  }

  private static void assertRefused(String answer, int status, String code) {
    assertThat(answer)
        .startsWith("HTTP/1.1 " + status)
        .containsIgnoringCase("content-type: application/json")
        .containsIgnoringCase("connection: close")
        .contains("\"code\":\"" + code + "\"");
  }
}
