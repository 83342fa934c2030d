package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@TestPropertySource(properties = "logging.level.security=info")
class PlatformTest extends GatewayFixture {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private final String admin = TOKENS.admin(UUID.randomUUID().toString());

  @Test
  void platform_isForAdminsOnly() {
    assertThat(get("/api/platform").statusCode()).isEqualTo(401);
    assertThat(get("/api/platform", TOKENS.user("ada")).statusCode()).isEqualTo(403);
    assertThat(get("/api/platform", TOKENS.service("demo-service")).statusCode()).isEqualTo(403);
    assertThat(get("/api/platform", admin).statusCode()).isEqualTo(200);
  }

  @Test
  void platform_tellsServicesAndRoutes() {
    get("/api/users/1", admin);

    var platform = platform();

    assertThat(platform.get("limits").asString()).isEqualTo("shared");
    assertThat(platform.get("revocationsAge").asDouble()).isGreaterThanOrEqualTo(0);
    var users = named(platform.get("services"), "name", "user-service");
    assertThat(users.get("breaker").asString()).isEqualTo("closed");
    assertThat(users.get("shed").asLong()).isZero();
    var instance = users.get("instances").get(0);
    assertThat(instance.get("address").asString()).isEqualTo("127.0.0.1:" + USERS.port());
    assertThat(instance.get("state").asString()).isEqualTo("up");
    assertThat(named(platform.get("routes"), "id", "users").get("way").asString())
        .isEqualTo("fast");
  }

  @Test
  void platform_countsRequests() {
    for (var i = 0; i < 5; i++) {
      get("/api/orders/1", admin);
    }
    ORDERS.answeringStatus(500);
    get("/api/orders/1", admin);

    // It is looked at once a second.
    await()
        .until(
            () -> {
              var orders = named(platform().get("routes"), "id", "orders");
              return orders.get("rate").asDouble() > 0
                  && orders.get("errors").asDouble() > 0
                  && orders.get("p99").asDouble() >= orders.get("p50").asDouble();
            });
  }

  @Test
  void platform_tellsSecurityEvents_newestFirst() {
    get("/api/users/1", "no.such.token");

    await()
        .until(
            () -> {
              var newest = platform().get("events").get(0);
              return newest != null && newest.get("event").asString().equals("token-refused");
            });
    var newest = platform().get("events").get(0);
    assertThat(newest.get("ip").asString()).isEqualTo("127.0.0.1");
    assertThat(newest.get("at").asString()).matches("....-..-..T..:..:..\\.\\d{6}Z");
  }

  @Test
  void platform_tellsWhatTheServicesRemember_withTheirNames() {
    try (var management = new StubService()) {
      userServiceTells(
          management, "/securityevents?most=50", "[{\"at\":\"2999\",\"event\":\"sign-up\"}]");

      await().until(() -> platform().at("/events/0/event").asString("").equals("sign-up"));

      assertThat(platform().at("/events/0").propertyNames())
          .containsExactly("at", "service", "event");
      assertThat(platform().at("/events/0/service").asString()).isEqualTo("user-service");
      forgetMails(management);
      await().until(() -> !platform().at("/events/0/event").asString("").equals("sign-up"));
    }
  }

  @Test
  void refusedTokens_howeverMany_hideNoEventOfAService() {
    try (var management = new StubService()) {
      userServiceTells(
          management, "/securityevents?most=50", "[{\"at\":\"2000\",\"event\":\"sign-up\"}]");
      for (var i = 0; i < 250; i++) {
        get("/api/users/1", "no.such.token");
      }

      await()
          .untilAsserted(
              () -> {
                var events = platform().get("events");
                assertThat(events.findValuesAsString("service"))
                    .filteredOn("gateway"::equals)
                    .hasSize(50);
                assertThat(events.findValuesAsString("event")).endsWith("sign-up");
              });
      forgetMails(management);
    }
  }

  @Test
  void platform_isLookedAtOnceASecond_howeverManyRead() {
    try (var management = new StubService()) {
      userServiceTells(management, "/mails?newest=20", "[" + mail("new") + "]");
      await().until(() -> platform().get("mails").size() == 1);
      management.received().clear();

      var began = System.nanoTime();
      for (var read = 0; read < 60; read++) {
        platform();
      }
      var seconds = (System.nanoTime() - began) / 1_000_000_000;

      var looks = management.received().stream().filter(one -> one.uri().contains("/mails"));
      assertThat(looks.count()).isLessThanOrEqualTo(seconds + 2);
      forgetMails(management);
    }
  }

  @Test
  void platform_tellsKeptMails_newestFirst_andTheLastOnes_whileNobodyAnswers() {
    assertThat(platform().get("mails").isNull()).isTrue();
    try (var management = new StubService()) {
      userServiceTells(management, "/mails?newest=20", "[" + mail("old") + "," + mail("new") + "]");

      await().until(() -> platform().at("/mails/0/text").asString("").equals("new"));
      var mail = platform().at("/mails/1");
      assertThat(mail.propertyNames()).containsExactly("at", "to", "subject", "text");

      management.answeringStatus(500);
      management.received().clear();
      await().until(() -> platform() != null && isAskedForMails(management));
      assertThat(platform().get("mails")).hasSize(2);

      forgetMails(management);
    }
  }

  /** On its management port; whatever else is asked there is answered by nothing. */
  private void userServiceTells(StubService management, String question, String json) {
    management.answering(
        (request, response) ->
            request.uri().endsWith(question)
                ? response
                    .header("Content-Type", "application/vnd.spring-boot.actuator.v3+json")
                    .sendString(Mono.just(json))
                : response.status(200).send());
    registry.putManaged("user-service", USERS.port(), management.port());
    upstreams.forget();
  }

  /** They are kept while nobody answers, also for the next test. */
  private void forgetMails(StubService management) {
    management.answeringStatus(404);
    await().until(() -> platform().get("mails").isNull());
  }

  private static boolean isAskedForMails(StubService management) {
    return management.received().stream().anyMatch(one -> one.uri().contains("/mails"));
  }

  private static String mail(String text) {
    return "{\"at\":\"2026-01-01T00:00:00Z\",\"to\":\"a@example.com\",\"subject\":\"s\",\"text\":\""
        + text
        + "\"}";
  }

  private JsonNode platform() {
    return JSON.readTree(get("/api/platform", admin).body());
  }

  private static JsonNode named(JsonNode list, String key, String value) {
    for (var item : list) {
      if (item.get(key).asString().equals(value)) {
        return item;
      }
    }
    throw new AssertionError(value + " is not in " + list);
  }
}
