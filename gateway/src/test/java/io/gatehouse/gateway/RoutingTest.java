package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RoutingTest extends GatewayFixture {

  @Test
  void request_isForwarded_withWhatTheGatewayVerified() {
    var token = TOKENS.user(UUID.randomUUID().toString());

    var answer = get("/api/users/me?a=b%20c", token);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"ok\":true}");
    assertThat(USERS.last().uri()).isEqualTo("/api/users/me?a=b%20c");
    assertThat(USERS.last().headers())
        .containsEntry("x-forwarded-for", "127.0.0.1")
        .containsEntry("x-forwarded-proto", "http")
        .containsEntry("x-forwarded-host", "127.0.0.1:" + port)
        .containsEntry("x-forwarded-port", String.valueOf(port))
        .containsEntry("authorization", "Bearer " + token)
        .containsEntry("x-request-id", answer.headers().firstValue("X-Request-Id").orElseThrow());
    assertThat(answer.headers().firstValue("RateLimit-Policy")).hasValue("\"user\";q=100;w=2");
    assertThat(answer.headers().firstValue("RateLimit")).hasValue("\"user\";r=99;t=1");
  }

  @Test
  void body_isForwarded_whole() {
    USERS.answering(
        (request, response) -> response.sendString(request.receive().aggregate().asString()));
    var body = "{\"name\":\"" + "x".repeat(300_000) + "\"}";

    var answer = send(request("/api/users/1", TOKENS.user("u")).PUT(BodyPublishers.ofString(body)));

    assertThat(answer.body()).isEqualTo(body);
  }

  @Test
  void health_tellsWhatIsMissing() {
    assertThat(get("/health").body()).isEqualTo("{\"status\":\"UP\"}");
  }

  @Test
  void root_tellsAProgram_whatIsHere() {
    var answer = get("/");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(answer.body())
        .isEqualTo("{\"name\":\"gatehouse\",\"docs\":\"/docs\",\"console\":\"/console/\"}");
  }

  @Test
  void root_sendsABrowser_toTheConsole() {
    var answer = send(request("/").header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"));

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("Location")).hasValue("/console/");
    assertThat(answer.headers().allValues("Vary")).contains("Accept");
  }

  @Test
  void metrics_tellEachRoutesWay() {
    var metrics =
        send(
            HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + managementPort + "/actuator/prometheus")));

    assertThat(metrics.body()).contains("gateway_route{route=\"users\",way=\"fast\",why=\"\"} 1");
  }

  @Test
  void unknownPath_is404_withTheErrorBody() {
    var answer = get("/nowhere");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("\"code\":\"NOT_FOUND\"");
  }

  @Test
  void actuator_isNotReachable_throughTheEdge() {
    assertThat(get("/actuator/health").statusCode()).isEqualTo(404);
    var readiness = URI.create("http://127.0.0.1:" + managementPort + "/actuator/health/readiness");
    // Ready when keys, revocations and instances were seen once, which takes a moment.
    await().until(() -> send(HttpRequest.newBuilder(readiness)).statusCode() == 200);
  }

  @Test
  void errorsOfTheManagementPort_haveTheErrorBodyToo() {
    var nowhere = URI.create("http://127.0.0.1:" + managementPort + "/nowhere");

    var answer = send(HttpRequest.newBuilder(nowhere).header("X-Request-Id", "my-id.3"));

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("\"NOT_FOUND\"", "\"requestId\":\"my-id.3\"");
  }
}
