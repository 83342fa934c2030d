package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What {@code /userinfo} tells, and whom. */
class UserInfoTest extends AuthServerTest {

  @Test
  void userinfo_tellsWhatTheScopesAllow() {
    var ada = USERS.account("USER");
    var tokens = tokens(ada);

    var answer = program().with("Authorization", "Bearer " + tokens.access()).get("/userinfo");

    assertThat(answer.statusCode()).isEqualTo(200);
    var body = JSON.readTree(answer.body());
    assertThat(body.path("sub").asString("")).isEqualTo(ada.id());
    assertThat(body.path("name").asString("")).isEqualTo("Ada <b>Lovelace</b>");
    assertThat(body.has("email")).isFalse();
  }

  @Test
  void userinfo_withoutAToken_orWithTheIdToken_orARevokedOne_is401() {
    var tokens = tokens(USERS.account("USER"));
    assertUnauthenticated(program());
    assertUnauthenticated(program().with("Authorization", "Bearer " + tokens.id()));
    assertThat(program().get("/userinfo?access_token=" + tokens.access()).statusCode())
        .isEqualTo(401);

    program().post("/oauth2/revoke", Map.of("token", tokens.refresh(), "client_id", "console"));

    assertUnauthenticated(program().with("Authorization", "Bearer " + tokens.access()));
  }

  @Test
  void userinfo_whenUserServiceIsAway_is503_notThatTheTokenIsBad() {
    var tokens = tokens(USERS.account("USER"));
    USERS.fail();

    var answer = program().with("Authorization", "Bearer " + tokens.access()).get("/userinfo");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    assertThat(answer.headers().firstValue("WWW-Authenticate")).isEmpty();
    assertThat(JSON.readTree(answer.body()).at("/error/code").asString(""))
        .isEqualTo("SERVICE_UNAVAILABLE");
  }

  @Test
  void token_mayComeInAForm_butNotTwice_andNowhereElse() {
    var token = tokens(USERS.account("USER")).access();
    var form = Map.of("access_token", token);

    assertThat(program().post("/userinfo", form).statusCode()).isEqualTo(200);
    var twice = program().with("Authorization", "Bearer " + token).post("/userinfo", form);
    assertThat(twice.statusCode()).isEqualTo(400);
    assertThat(twice.headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("invalid_request");
    assertRefused(program().post("/oauth2/token", form), 401, "invalid_client");
  }

  @Test
  void userinfo_withoutOpenid_is403() {
    var token = Tokens.of(demo().post("/oauth2/token", CLIENT_CREDENTIALS)).access();

    var answer = program().with("Authorization", "Bearer " + token).get("/userinfo");

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("insufficient_scope");
  }

  private static void assertUnauthenticated(Browser caller) {
    var answer = caller.get("/userinfo");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
        .startsWith("Bearer")
        .as("a document that is not there")
        .doesNotContain("resource_metadata");
    assertThat(JSON.readTree(answer.body()).at("/error/code").asString(""))
        .isEqualTo("UNAUTHENTICATED");
  }
}
