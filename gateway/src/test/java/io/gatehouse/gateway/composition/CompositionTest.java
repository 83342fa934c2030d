package io.gatehouse.gateway.composition;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.WireMock;
import io.gatehouse.gateway.ComposingGateway;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;

class CompositionTest extends ComposingGateway {
  private static final String ORDER_PAGE = "{\"items\":[{\"id\":\"o1\"}],\"next\":\"c1\"}";

  @Test
  void overview_hasAllParts_fetchedWithTheCallersOwnToken() throws Exception {
    USER_SERVICE.stubFor(WireMock.get("/api/users/me").willReturn(ok("{\"id\":\"u1\"}")));
    ORDER_SERVICE.stubFor(
        WireMock.get("/api/orders?limit=5&customerId=" + subject).willReturn(ok(ORDER_PAGE)));
    var token = TOKENS.user(subject);

    var response =
        send(
            request("/api/me/overview")
                .header("Authorization", "Bearer " + token)
                .header("X-Request-Id", "overview-1"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo("{\"user\":{\"id\":\"u1\"},\"recentOrders\":" + ORDER_PAGE + ",\"missing\":[]}");
    assertThat(response.headers().firstValue("X-Partial-Response")).isEmpty();
    USER_SERVICE.verify(
        getRequestedFor(urlEqualTo("/api/users/me"))
            .withHeader("Authorization", equalTo("Bearer " + token))
            .withHeader("X-Request-Id", equalTo("overview-1")));
  }

  @Test
  void overview_leavesOutAndNamesThePart_thatFails() throws Exception {
    USER_SERVICE.stubFor(WireMock.get("/api/users/me").willReturn(ok("{\"id\":\"u1\"}")));
    ORDER_SERVICE.stubFor(
        WireMock.get("/api/orders?limit=5&customerId=" + subject)
            .willReturn(refusal(500, "INTERNAL_ERROR")));

    var response = get("/api/me/overview", TOKENS.user(subject));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo("{\"user\":{\"id\":\"u1\"},\"missing\":[\"recentOrders\"]}");
    assertThat(response.headers().firstValue("X-Partial-Response")).hasValue("recentOrders");
    assertThat(response.headers().firstValue("Cache-Control")).hasValue("no-store");
  }

  @Test
  void overview_leavesOutThePart_thatIsLate() throws Exception {
    USER_SERVICE.stubFor(WireMock.get("/api/users/me").willReturn(ok("{\"id\":\"u1\"}")));
    ORDER_SERVICE.stubFor(
        WireMock.get("/api/orders?limit=5&customerId=" + subject)
            .willReturn(ok(ORDER_PAGE).withFixedDelay(3500)));

    var response = get("/api/me/overview", TOKENS.user(subject));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).path("missing").toString()).isEqualTo("[\"recentOrders\"]");
  }

  @Test
  void overview_isUnavailable_whenAllPartsFail() throws Exception {
    USER_SERVICE.stubFor(WireMock.get("/api/users/me").willReturn(refusal(404, "NOT_FOUND")));
    ORDER_SERVICE.stubFor(
        WireMock.get("/api/orders?limit=5&customerId=" + subject)
            .willReturn(ok("surprise").withStatus(500)));

    var response = get("/api/me/overview", TOKENS.user(subject));

    assertThat(response.statusCode()).isEqualTo(503);
    assertThat(json(response).at("/error/code").asString()).isEqualTo("SERVICE_UNAVAILABLE");
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void overview_isRefused_whenEveryServiceRefusesAlike() throws Exception {
    USER_SERVICE.stubFor(WireMock.get("/api/users/me").willReturn(refusal(403, "FORBIDDEN")));
    ORDER_SERVICE.stubFor(
        WireMock.get("/api/orders?limit=5&customerId=" + subject)
            .willReturn(refusal(403, "FORBIDDEN")));

    var response = get("/api/me/overview", TOKENS.user(subject));

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(json(response).at("/error/code").asString()).isEqualTo("FORBIDDEN");
  }

  @Test
  void overview_needsAToken() throws Exception {
    var response = send(request("/api/me/overview"));

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(json(response).at("/error/code").asString()).isEqualTo("UNAUTHENTICATED");
  }

  @Test
  void overview_refusesUnknownParameters() throws Exception {
    var response = get("/api/me/overview?limit=9&x=1", TOKENS.user(subject));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).at("/error/code").asString()).isEqualTo("VALIDATION_ERROR");
    assertThat(json(response).at("/error/details")).hasSize(2);
    USER_SERVICE.verify(0, getRequestedFor(urlEqualTo("/api/users/me")));
  }

  @Test
  void overview_refusesOtherMethods() throws Exception {
    var response =
        send(
            request("/api/me/overview")
                .header("Authorization", "Bearer " + TOKENS.user(subject))
                .POST(BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
  }

  @Test
  void part_waitsForAndUses_whatItDependsOn() throws Exception {
    USER_SERVICE.stubFor(WireMock.get("/api/users/me").willReturn(ok("{\"id\":\"u7\"}")));
    USER_SERVICE.stubFor(WireMock.get("/api/users/u7").willReturn(ok("{\"name\":\"Ada\"}")));

    var response = get("/api/me/failing", TOKENS.user(subject));

    assertThat(json(response).at("/friend/name").asString()).isEqualTo("Ada");
  }

  @Test
  void part_isMissing_whenWhatItDependsOnIsMissing() throws Exception {
    USER_SERVICE.stubFor(
        WireMock.get("/api/users/me").willReturn(ok("{\"id\":\"u7\"}").withFixedDelay(2000)));

    var response = get("/api/me/failing", TOKENS.user(subject));

    assertThat(response.statusCode()).isEqualTo(503);
    USER_SERVICE.verify(0, getRequestedFor(urlEqualTo("/api/users/u7")));
  }
}
