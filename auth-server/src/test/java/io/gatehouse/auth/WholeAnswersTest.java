package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The gateway compresses by length, so every answer says its own. */
class WholeAnswersTest extends AuthServerTest {

  @Test
  void jsonAnswers_sayTheirLength() {
    var tokens = tokens(USERS.account("ADMIN"));
    var admin = new ApiCaller(port, tokens.access());

    assertSaysLength(admin.get("/api/clients/console"));
    assertSaysLength(admin.get("/api/clients"));
    assertSaysLength(admin.get("/api/keys"));
    assertSaysLength(admin.get("/api/me/sign-ins"));
    assertSaysLength(admin.get("/userinfo"));
    assertSaysLength(refresh(tokens.refresh()));
    assertSaysLength(token(CLIENT_CREDENTIALS));
    assertSaysLength(demo().post("/oauth2/introspect", Map.of("token", "x")));
    assertSaysLength(program().get("/.well-known/openid-configuration"));
    assertSaysLength(program().get("/nothing"));
  }

  private static void assertSaysLength(HttpResponse<String> answer) {
    assertThat(answer.headers().firstValue("Content-Length"))
        .as("%s %s", answer.uri(), answer.headers().map())
        .hasValue(
            String.valueOf(answer.body().getBytes(java.nio.charset.StandardCharsets.UTF_8).length));
  }

  @Test
  void head_saysTheLengthThatGetWould() {
    var admin = new ApiCaller(port, tokens(USERS.account("ADMIN")).access());

    assertThat(
            admin.send("HEAD", "/api/clients/console", null).headers().firstValue("Content-Length"))
        .isEqualTo(admin.get("/api/clients/console").headers().firstValue("Content-Length"))
        .isNotEmpty();
  }
}
