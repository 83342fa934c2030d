package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which methods an endpoint takes, whether a controller or a filter of a library answers it. */
class MethodsTest extends AuthServerTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/oauth2/jwks",
        "/oauth2/authorize",
        "/oauth2/authorize?prompt=none",
        "/userinfo",
        "/connect/logout",
        "/login",
        "/signup",
        "/logout",
        "/activate",
        "/account",
        "/account/password",
        "/.well-known/change-password",
        "/nothing"
      })
  void head_isAnsweredAsGet_withoutABody(String path) {
    var get = browser().get(path);
    var head = browser().send("HEAD", path);

    assertThat(head.statusCode()).isEqualTo(get.statusCode());
    assertThat(head.headers().firstValue("Content-Type"))
        .isEqualTo(get.headers().firstValue("Content-Type"));
    assertThat(head.headers().firstValue("Location"))
        .isEqualTo(get.headers().firstValue("Location"));
    assertThat(head.body()).isEmpty();
  }

  @Test
  void head_ofAnAuthorizedRequest_leadsToTheClient() {
    var browser = signedIn(USERS.account("USER"));

    var answer = browser.send("HEAD", authorize(authorizationRequest()));

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(Browser.location(answer)).contains("code=");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/.well-known/openid-configuration | GET",
        "/.well-known/oauth-authorization-server | GET",
        "/oauth2/jwks | GET",
        "/oauth2/authorize | GET, POST",
        "/userinfo | GET, POST",
        "/connect/logout | GET, POST",
        "/login | GET, POST",
        "/logout | GET, POST",
        "/signup | GET, POST",
        "/forgot | GET, POST",
        "/reset | GET, POST",
        "/confirm | GET, POST",
        "/activate | GET, POST",
        "/oauth2/consent | GET",
        "/account | GET",
        "/.well-known/change-password | GET",
        "/internal/revocations | GET",
        "/oauth2/token | POST"
      })
  void otherMethods_are405_withThoseThatItTakes(String path, String allowed) {
    for (var method : new String[] {"PUT", "DELETE", "PATCH"}) {
      var answer = program().send(method, path);

      assertThat(answer.statusCode()).as(method).isEqualTo(405);
      assertThat(answer.headers().firstValue("Allow").orElse("").split(", "))
          .containsExactlyInAnyOrder(allowed.replace("GET", "GET, HEAD").split(", "));
      assertThat(JSON.readTree(answer.body()).at("/error/code").asString(""))
          .isEqualTo("METHOD_NOT_ALLOWED");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server",
        "/.well-known/change-password",
        "/oauth2/jwks",
        "/oauth2/consent",
        "/account"
      })
  void post_whereThereIsOnlySomethingToRead_is405(String path) {
    assertThat(program().send("POST", path).statusCode()).isEqualTo(405);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/.well-known/nothing", "/.well-known/openid-configuration/x", "/nothing"})
  void post_whereNothingIs_is404(String path) {
    var answer = program().send("POST", path);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(JSON.readTree(answer.body()).at("/error/code").asString("")).isEqualTo("NOT_FOUND");
  }
}
