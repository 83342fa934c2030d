package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.Http2Wire.Answer;
import io.gatehouse.gateway.Wire.Asked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the edge refuses before anybody sees it, by each version of HTTP alike. */
@ParameterizedClass
@EnumSource(Wire.class)
class RefusalTest extends GatewayFixture {
  @AfterEach
  void gatewayIsWell() {
    assertThat(USERS.received()).isEmpty();
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
        "https://localhost:1:2/api/users",
        "https://a@localhost/api/users",
        "ftp://localhost/api/users",
        "https:///api/users",
        "*"
      })
  void ambiguousPath_is400_withTheErrorBody(String path) {
    assertRefused(Asked.to("GET", path), 400, "MALFORMED_REQUEST");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a@b", "a/b", "a:1:2", "[::1", "a%20b"})
  void hostThatIsNone_is400(String host) {
    assertRefused(Asked.to("GET", "/api/users").at(host), 400, "MALFORMED_REQUEST");
  }

  @Test
  void longUri_is414() {
    assertRefused(Asked.to("GET", "/api/" + "a".repeat(9000)), 414, "URI_TOO_LONG");
  }

  @ParameterizedTest
  @ValueSource(ints = {16_500, 65_536})
  void longHeaders_are431(int length) {
    assertRefused(
        Asked.to("GET", "/api/users").with("x-a", "a".repeat(length)), 431, "HEADERS_TOO_LARGE");
  }

  @Test
  void manyHeaders_are431() {
    var asked = Asked.to("GET", "/api/users");
    for (var i = 0; i < 1000; i++) {
      asked = asked.with("x-%04d".formatted(i), "0123456789");
    }

    assertRefused(asked, 431, "HEADERS_TOO_LARGE");
  }

  @Test
  void largeBody_is413_byItsLength() {
    assertRefused(
        Asked.to("POST", "/api/users").with("content-length", "1073741824").sendingOnly(0),
        413,
        "PAYLOAD_TOO_LARGE");
  }

  @Test
  void largeBody_is413_byItsPieces() {
    assertRefused(Asked.to("POST", "/api/users").sending(17 * 0x10000), 413, "PAYLOAD_TOO_LARGE");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void slowBody_is408(int bytes) {
    assertRefused(
        Asked.to("POST", "/api/users").with("content-length", "100").sendingOnly(bytes),
        408,
        "REQUEST_TIMEOUT");
  }

  @ParameterizedTest
  @ValueSource(strings = {"TRACE", "CONNECT"})
  void traceAndConnect_are405(String method) {
    var answer = assertRefused(Asked.to(method, "/api/users"), 405, "METHOD_NOT_ALLOWED");

    assertThat(answer.headers()).containsKey("allow");
  }

  private Answer assertRefused(Asked asked, int status, String code) {
    var answer = wire.ask(this, asked);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
    assertThat(answer.headers())
        .containsEntry("content-type", "application/json")
        .containsEntry("x-content-type-options", "nosniff")
        .containsKeys("date", "x-request-id");
    if (wire == Wire.HTTP_1_1) {
      assertThat(answer.headers()).containsEntry("connection", "close");
    } else {
      assertThat(answer.headers())
          .containsKey("strict-transport-security")
          .doesNotContainKey("connection");
    }
    return answer;
  }
}
