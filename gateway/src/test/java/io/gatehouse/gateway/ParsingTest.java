package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
        "/api/users/..%2f..%2finternal",
        "/api/users/%2e%2e/internal",
        "/api/users/../../internal",
        "/api/users/.%2E/x",
        "/api/./users",
        "/api/users;jsessionid=1",
        "/api/users/a;b=c/d",
        "/api/users%2f1",
        "/api/users%5c1",
        "/api/users\\1",
        "/api/users/%00",
        "/api/users/%252e%252e",
        "/api/users/%zz",
        "/api/users/%",
        "/api/users/%ff%fe",
        "/api/users/%c0%af",
        "/api/users?q=%00",
        "/api/users?q=%ed%a0%80",
        "http://evil.example.com/api/users",
        "*"
      })
  void ambiguousPath_is400_withTheErrorBody(String path) {
    assertRefused(raw(getting(path, "")), 400, "MALFORMED_REQUEST");
    assertThat(USERS.received()).isEmpty();
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

  @Test
  void longUri_is414() {
    assertRefused(raw(getting("/api/" + "a".repeat(9000), "")), 414, "URI_TOO_LONG");
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
  void longHeaders_are431() {
    assertRefused(
        raw(getting("/api/users", "X-A: " + "a".repeat(65_536) + "\r\n")),
        431,
        "HEADERS_TOO_LARGE");
  }

  @Test
  void largeBody_is413_byItsLength() {
    assertRefused(
        raw("POST /api/users HTTP/1.1\r\nHost: a\r\nContent-Length: 1073741824\r\n\r\n"),
        413,
        "PAYLOAD_TOO_LARGE");
  }

  @Test
  void largeBody_is413_byItsChunks() {
    var chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";

    assertRefused(
        raw(
            "POST /api/users HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + chunk.repeat(17)),
        413,
        "PAYLOAD_TOO_LARGE");
    assertThat(USERS.received()).isEmpty();
  }

  @Test
  void slowHead_is408() {
    assertRefused(raw("GET /api/users HTTP/1.1\r\nHost: a\r\n"), 408, "REQUEST_TIMEOUT");
  }

  @Test
  void slowBody_is408() {
    assertRefused(
        raw("POST /api/users HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc"),
        408,
        "REQUEST_TIMEOUT");
    assertThat(USERS.received()).isEmpty();
  }

  @Test
  void trace_is405() {
    assertRefused(raw("TRACE /api/users HTTP/1.1\r\nHost: a\r\n\r\n"), 405, "METHOD_NOT_ALLOWED");
  }

  @Test
  void pipelinedRequests_areAnsweredInOrder() {
    var answer =
        raw(
            "GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
                + "GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

    assertThat(answer.indexOf(" 200 ")).isPositive().isLessThan(answer.indexOf(" 404 "));
  }

  private static String getting(String path, String headers) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
  }

  private static void assertRefused(String answer, int status, String code) {
    assertThat(answer)
        .startsWith("HTTP/1.1 " + status)
        .containsIgnoringCase("content-type: application/json")
        .containsIgnoringCase("connection: close")
        .contains("\"code\":\"" + code + "\"");
  }
}
