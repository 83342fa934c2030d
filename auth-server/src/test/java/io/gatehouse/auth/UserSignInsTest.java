package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** {@code /api/users/{id}/sign-ins}: an ADMIN sees and ends where somebody else is signed in. */
class UserSignInsTest extends SignInsFixture {
  @Test
  void listOfAUser_tellsAnAdmin_whatTheUserSees() {
    var ada = USERS.account("USER");
    var own = tokens(signedIn(ada).with("User-Agent", "Phone/1.0"));
    var admin = tokens(signedIn(USERS.account("ADMIN")));

    var items = read(call(admin).get(of(ada))).path("items");

    assertThat(items).hasSize(1);
    assertThat(items.get(0).path("sid").asString()).isEqualTo(own.sid());
    assertThat(items.get(0).path("userAgent").asString()).isEqualTo("Phone/1.0");
    assertThat(items.get(0).path("current").asBoolean()).isFalse();
    var nobodys = read(call(admin).get("/api/users/" + UUID.randomUUID() + "/sign-ins"));
    assertThat(nobodys.path("items")).isEmpty();
  }

  @Test
  void endOfAUsers_byAnAdmin_endsIt_withItsBrowser_andNoOther() {
    var ada = USERS.account("USER");
    var phone = signedIn(ada);
    var stolen = tokens(phone);
    var laptop = signedIn(ada);
    var kept = tokens(laptop);
    var admin = tokens(signedIn(USERS.account("ADMIN")));

    var answer = call(admin).send("DELETE", of(ada) + "/" + stolen.sid());

    assertThat(answer.statusCode()).isEqualTo(204);
    assertEnded(stolen);
    assertThat(isSignedIn(phone)).isFalse();
    assertGoesOn(kept);
    assertThat(isSignedIn(laptop)).isTrue();
    assertError(call(admin).send("DELETE", of(ada) + "/" + admin.sid()), 404, "NOT_FOUND");
    assertGoesOn(admin);
  }

  @Test
  void endOfAllOfAUser_byAnAdmin_endsThemEverywhere_andNobodyElses() {
    var ada = USERS.account("USER");
    var phone = signedIn(ada);
    var ended = List.of(tokens(phone), tokens(phone), tokens(signedIn(ada)));
    var code = code(phone);
    var withoutTokens = signedIn(ada);
    var admin = tokens(signedIn(USERS.account("ADMIN")));

    assertThat(call(admin).send("DELETE", of(ada)).statusCode()).isEqualTo(204);

    ended.forEach(this::assertEnded);
    assertRefused(redeem(code), 400, "invalid_grant");
    assertThat(isSignedIn(phone)).isFalse();
    assertThat(isSignedIn(withoutTokens)).isFalse();
    assertGoesOn(admin);
    assertThat(call(admin).send("DELETE", of(ada)).statusCode()).isEqualTo(204);
  }

  @Test
  void signInsOfAUser_areForAnAdminPersonOnly_withTheScope() {
    var ada = USERS.account("USER");
    var own = tokens(signedIn(ada));
    var reader = tokens(signedIn(USERS.account("ADMIN")), "openid users.read");
    var service =
        JSON.readTree(demo().post("/oauth2/token", CLIENT_CREDENTIALS).body())
            .path("access_token")
            .asString("");

    for (var path : List.of(of(ada), of(ada) + "/" + own.sid())) {
      assertError(call(own).send("DELETE", path), 403, "FORBIDDEN");
      assertError(call(reader).send("DELETE", path), 403, "FORBIDDEN");
      var program = program().with("Authorization", "Bearer " + service);
      assertError(program.send("DELETE", path), 403, "FORBIDDEN");
    }
    assertError(call(own).get(of(ada)), 403, "FORBIDDEN");
    assertError(
        program().with("Authorization", "Bearer " + service).get(of(ada)), 403, "FORBIDDEN");
    assertError(call(reader).get("/api/users/me/sign-ins"), 400, "MALFORMED_REQUEST");
    assertError(call(reader).get(of(ada) + "?x=1"), 400, "VALIDATION_ERROR");
    assertGoesOn(own);
  }
}
