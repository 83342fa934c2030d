package io.gatehouse.defaults.tokens;

import static io.gatehouse.defaults.tokens.ThingsApplication.ISSUER;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.ForgedTokens;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.test.web.reactive.server.WebTestClient;

/** What a service gets without a word about security, through its port. */
class ResourceServerTest {
  private static ConfigurableApplicationContext service;
  private static WebTestClient client;

  @BeforeAll
  static void start() {
    service = ThingsApplication.start();
    client = ThingsApplication.client(service, "local.server.port");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  static Stream<Arguments> forgedTokens() {
    return ForgedTokens.of(ISSUER).entrySet().stream()
        .map(forged -> Arguments.of(forged.getKey(), forged.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forgedTokens")
  void call_isRefused_withAForgedToken(String kind, String token) {
    for (var path : List.of("/everything", "/things", "/news")) {
      refused(answerTo(path, token), "UNAUTHENTICATED")
          .expectHeader()
          .valueEquals("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/everything", "/things", "/rights", "/nowhere", "/news/", "/News"})
  void call_isRefused_withoutToken(String path) {
    refused(answerTo(path), "UNAUTHENTICATED")
        .expectHeader()
        .valueEquals("WWW-Authenticate", "Bearer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic YTpi", "Bearer", "Bearer ", "Bearer        ", "BearerX"})
  void call_isRefused_withAnotherScheme(String authorization) {
    for (var path : List.of("/everything", "/news")) {
      refused(
          client.get().uri(path).header("Authorization", authorization).exchange(),
          "UNAUTHENTICATED");
    }
  }

  @Test
  void goodToken_isRefused_underAnotherScheme() {
    var authorization = "Basics " + ISSUER.user("u");

    refused(
        client.get().uri("/everything").header("Authorization", authorization).exchange(),
        "UNAUTHENTICATED");
  }

  @Test
  void secondToken_isRefused_whicheverOfThemIsGood() {
    var good = "Bearer " + ISSUER.user("u");
    for (var headers : List.of(List.of(good, "Bearer x"), List.of("Basic x", good))) {
      refused(
          client
              .get()
              .uri("/everything")
              .header("Authorization", headers.toArray(String[]::new))
              .exchange(),
          "UNAUTHENTICATED");
    }
  }

  @Test
  void token_isNotReadFromTheQuery() {
    refused(answerTo("/everything?access_token=" + ISSUER.user("u")), "UNAUTHENTICATED");
  }

  @Test
  void expiredToken_isToldApart() {
    var token =
        ISSUER.token(claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(1))));

    refused(answerTo("/everything", token), "TOKEN_EXPIRED")
        .expectHeader()
        .value(
            "WWW-Authenticate", header -> assertThat(header).contains("error=\"invalid_token\""));
  }

  @Test
  void openPath_needsNoToken() {
    answerTo("/news").expectStatus().isOk();
    answerTo("/news", ISSUER.user("u")).expectStatus().isOk();
  }

  @Test
  void scope_isAnAuthority_thatPreAuthorizeKnows() {
    answerTo("/things", ISSUER.user("u")).expectStatus().isOk();
    forbidden(answerTo("/things", scoped("orders.read users.reader")));
    forbidden(answerTo("/things", scoped(null)));
  }

  @Test
  void role_isAnAuthority_thatPreAuthorizeKnows() {
    answerTo("/things/all", ISSUER.admin("u")).expectStatus().isOk();
    forbidden(answerTo("/things/all", ISSUER.user("u")));
  }

  @Test
  void scopeOfARolesName_isNoRole() {
    forbidden(answerTo("/things/all", scoped("ADMIN ROLE_ADMIN")));
  }

  @Test
  void handler_saysRightsInOneLine() {
    answerTo("/rights", ISSUER.user("0199"))
        .expectStatus()
        .isOk()
        .expectBody(String.class)
        .isEqualTo("0199");
    forbidden(answerTo("/rights", scoped("orders.read")))
        .expectHeader()
        .valueEquals(
            "WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"users.read\"");
  }

  @Test
  void handler_getsTheTokenAsSpringSecurityKnowsIt() {
    answerTo("/mine", ISSUER.user("0199")).expectBody(String.class).isEqualTo("0199 by console");
    answerTo("/authorities", scoped("users.read users.write"))
        .expectBody(String.class)
        .isEqualTo("[\"ROLE_USER\",\"SCOPE_users.read\",\"SCOPE_users.write\"]");
  }

  @Test
  void chain_isOneFilter_andLeavesNothingBehind() {
    var chain = service.getBean(SecurityWebFilterChain.class);

    assertThat(chain.getWebFilters().collectList().block())
        .singleElement()
        .isInstanceOf(AuthenticationWebFilter.class);
    answerTo("/everything", ISSUER.user("u"))
        .expectHeader()
        .doesNotExist("Set-Cookie")
        .expectHeader()
        .doesNotExist("X-Frame-Options")
        .expectHeader()
        .doesNotExist("Cache-Control");
  }

  @Test
  void managementPort_needsNoToken() {
    var management = ThingsApplication.client(service, "local.management.port");

    management.get().uri("/actuator/health/liveness").exchange().expectStatus().isOk();
    refused(answerTo("/actuator/health/liveness"), "UNAUTHENTICATED");
  }

  private static String scoped(String scopes) {
    return ISSUER.token(claims -> claims.claim("scope", scopes));
  }

  private static WebTestClient.ResponseSpec answerTo(String path) {
    return client.get().uri(path).exchange();
  }

  private static WebTestClient.ResponseSpec answerTo(String path, String token) {
    return client.get().uri(path).header("Authorization", "Bearer " + token).exchange();
  }

  private static WebTestClient.ResponseSpec forbidden(WebTestClient.ResponseSpec answer) {
    answer
        .expectStatus()
        .isForbidden()
        .expectBody()
        .jsonPath("$.error.code")
        .isEqualTo("FORBIDDEN");
    return answer;
  }

  private static WebTestClient.ResponseSpec refused(
      WebTestClient.ResponseSpec answer, String code) {
    answer.expectStatus().isUnauthorized().expectBody().jsonPath("$.error.code").isEqualTo(code);
    return answer;
  }
}
