package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The device grant of the command line (RFC 8628). */
class DeviceFlowTest extends AuthServerTest {

  private JsonNode start() {
    return start("users.read orders.read");
  }

  private JsonNode start(String scope) {
    var answer =
        program().post("/oauth2/device_authorization", Map.of("client_id", "cli", "scope", scope));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private java.net.http.HttpResponse<String> poll(JsonNode device) {
    return token(
        Map.of(
            "grant_type",
            "urn:ietf:params:oauth:grant-type:device_code",
            "client_id",
            "cli",
            "device_code",
            device.path("device_code").asString("")));
  }

  private static String userCode(JsonNode device) {
    return device.path("user_code").asString("");
  }

  @Test
  void device_allowedByAPerson_getsTokensOnce() {
    var device = start();
    assertThat(device.path("verification_uri").asString("")).isEqualTo(PUBLIC_URL + "/activate");
    assertRefused(poll(device), 400, "authorization_pending");

    var ada = USERS.account("USER");
    var browser = browser();
    var link = device.path("verification_uri_complete").asString("");
    assertThat(Browser.location(browser.get(link))).startsWith(PUBLIC_URL + "/login?continue=");
    var back = Browser.location(signIn(browser, ada));
    assertThat(back).startsWith(PUBLIC_URL + "/activate?user_code=");
    var page = browser.get(back);
    assertThat(page.body()).contains("Gatehouse command line").contains("See your orders");
    var done =
        browser.submit(
            back, "/activate", Map.of("user_code", userCode(device), "decision", "allow"));
    assertThat(done.body()).contains("Device connected");

    var tokens = Tokens.of(poll(device));
    assertThat(claims(tokens.access()))
        .containsEntry("sub", ada.id())
        .containsEntry("client_id", "cli")
        .containsKey("sid");
    assertThat(poll(device).statusCode()).isEqualTo(400);
    var refreshed =
        token(
            Map.of(
                "grant_type",
                "refresh_token",
                "client_id",
                "cli",
                "refresh_token",
                tokens.refresh()));
    assertThat(Tokens.of(refreshed).sid()).isEqualTo(tokens.sid());
  }

  @Test
  void device_thatAsksForOpenId_getsAnIdToken_alsoAtRefresh() {
    var device = start("openid email");
    var ada = USERS.account("USER");
    var browser = signedIn(ada);
    var question = "/activate?user_code=" + userCode(device);
    assertThat(browser.get(question).body()).contains("Know who you are").doesNotContain("openid");
    browser.submit(
        question, "/activate", Map.of("user_code", userCode(device), "decision", "allow"));

    var tokens = Tokens.of(poll(device));

    assertThat(claims(tokens.id()))
        .containsEntry("sub", ada.id())
        .containsEntry("aud", List.of("cli"))
        .containsEntry("sid", tokens.sid())
        .containsKey("auth_time");
    var person =
        program().with("Authorization", "Bearer " + tokens.access()).get("/userinfo").body();
    assertThat(JSON.readTree(person).path("email").asString("")).isEqualTo(ada.email());
    var refreshed =
        Tokens.of(
            token(
                Map.of(
                    "grant_type",
                    "refresh_token",
                    "client_id",
                    "cli",
                    "refresh_token",
                    tokens.refresh())));
    assertThat(claims(refreshed.id())).containsEntry("sid", tokens.sid());
  }

  @Test
  void device_thatPollsTooFast_isToldToSlowDown_andHasToMoreEachTime() {
    var device = start();
    assertRefused(poll(device), 400, "authorization_pending");

    polledLast(device, "+ interval '1 h'");
    assertRefused(poll(device), 400, "slow_down");
    assertThat(interval(device)).isEqualTo(10);
    polledLast(device, "+ interval '1 h'");
    assertRefused(poll(device), 400, "slow_down");
    assertThat(interval(device)).isEqualTo(15);

    polledLast(device, "- interval '15 s'");
    assertRefused(poll(device), 400, "authorization_pending");
    assertThat(interval(device)).isEqualTo(15);
  }

  @Test
  void device_letIn_isNotHeldUpByItsLastPoll() {
    var device = start();
    var browser = signedIn(USERS.account("USER"));
    assertRefused(poll(device), 400, "authorization_pending");
    browser.submit(
        "/activate?user_code=" + userCode(device),
        "/activate",
        Map.of("user_code", userCode(device), "decision", "allow"));

    assertThat(poll(device).statusCode()).isEqualTo(200);
  }

  /** As if the last poll had been then: machines stall, so no test counts seconds. */
  private void polledLast(JsonNode device, String when) {
    jdbc.sql("update token_family set polled_at = now() " + when + OF_DEVICE)
        .param("code", code(device))
        .update();
  }

  private int interval(JsonNode device) {
    return jdbc.sql("select poll_seconds from token_family" + OF_DEVICE)
        .param("code", code(device))
        .query(Integer.class)
        .single();
  }

  private static final String OF_DEVICE = " where device_code_hash = sha256(:code::bytea)";

  private static byte[] code(JsonNode device) {
    return device.path("device_code").asString("").getBytes(StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(strings = {"allow", "deny"})
  void decision_sentTwice_comesToTheSame(String decision) {
    var device = start();
    var browser = signedIn(USERS.account("USER"));
    var question = "/activate?user_code=" + userCode(device);
    var csrf = Browser.csrf(browser.get(question).body());
    var form = Map.of("user_code", userCode(device), "decision", decision, "_csrf", csrf);

    var first = browser.post("/activate", form);
    var second = browser.post("/activate", form);

    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(first.body());
  }

  @Test
  void devices_ofOneAddress_mayNotFillTheTable_andLeaveRoomForOthers() {
    var one = program().with("X-Forwarded-For", "203.0.113.77");
    var form = Map.of("client_id", "cli", "scope", "users.read");
    for (int i = 0; i < 100; i++) {
      assertThat(one.post("/oauth2/device_authorization", form).statusCode()).isEqualTo(200);
    }

    assertRefused(one.post("/oauth2/device_authorization", form), 400, "slow_down");

    var another = program().with("X-Forwarded-For", "203.0.113.78");
    assertThat(another.post("/oauth2/device_authorization", form).statusCode()).isEqualTo(200);
  }

  @Test
  void devicesOfOneIpv6Network_waitAsThoseOfOneAddress() {
    var form = Map.of("client_id", "cli", "scope", "users.read");
    for (int i = 0; i < 100; i++) {
      var one = program().with("X-Forwarded-For", "2001:db8:7:1::" + Integer.toHexString(i));
      assertThat(one.post("/oauth2/device_authorization", form).statusCode()).isEqualTo(200);
    }

    var sibling = program().with("X-Forwarded-For", "2001:0DB8:7:1:ffff::1");
    assertRefused(sibling.post("/oauth2/device_authorization", form), 400, "slow_down");

    var another = program().with("X-Forwarded-For", "2001:db8:7:2::1");
    assertThat(another.post("/oauth2/device_authorization", form).statusCode()).isEqualTo(200);
  }

  @Test
  void device_beyondTheClientsScopes_isInvalidScope() {
    var answer =
        program()
            .post(
                "/oauth2/device_authorization",
                Map.of("client_id", "cli", "scope", "openid internal"));

    assertRefused(answer, 400, "invalid_scope");
  }

  @Test
  void device_turnedAway_isAccessDenied() {
    var device = start();

    signedIn(USERS.account("USER"))
        .submit(
            "/activate?user_code=" + userCode(device),
            "/activate",
            Map.of("user_code", userCode(device), "decision", "deny"));

    assertRefused(poll(device), 400, "access_denied");
  }

  @Test
  void device_isNotLetInByALinkAlone() {
    var device = start();
    var browser = signedIn(USERS.account("USER"));

    browser.get("/activate?user_code=" + userCode(device));
    var springs = browser.get("/oauth2/device_verification?user_code=" + userCode(device));

    assertThat(springs.statusCode()).isEqualTo(404);
    assertRefused(poll(device), 400, "authorization_pending");
  }

  @Test
  void device_codeTypedAsPeopleDo_isFound() {
    var device = start();
    var typed = userCode(device).toLowerCase(java.util.Locale.ROOT).replace("-", "");

    var page = signedIn(USERS.account("USER")).get("/activate?user_code=" + typed);

    assertThat(page.body()).contains("Connect this device?");
  }

  @Test
  void device_withAnUnknownCode_isToldSo() {
    var page = signedIn(USERS.account("USER")).get("/activate?user_code=BBBB-BBBB");

    assertThat(page.statusCode()).isEqualTo(400);
    assertThat(page.body()).contains("No device waits").doesNotContain("BBBB");
  }

  @Test
  void device_codeOfAnotherClient_isInvalidGrant() {
    var device = start();

    assertThat(
            token(
                    Map.of(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:device_code",
                        "client_id",
                        "console",
                        "device_code",
                        device.path("device_code").asString("")))
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void device_ofAClientWithoutTheGrant_isUnauthorizedClient() {
    assertRefused(
        program().post("/oauth2/device_authorization", Map.of("client_id", "console")),
        400,
        "unauthorized_client");
  }

  @Test
  void device_redeemedInParallel_getsTokensOnce() {
    var device = start();
    signedIn(USERS.account("USER"))
        .submit(
            "/activate?user_code=" + userCode(device),
            "/activate",
            Map.of("user_code", userCode(device), "decision", "allow"));

    var answers = Parallel.run(25, () -> poll(device));

    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
  }
}
