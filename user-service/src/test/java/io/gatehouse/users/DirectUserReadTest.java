package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A read that is answered before Spring's filters is the read that Spring's way would answer. */
class DirectUserReadTest extends RunningService {
  /** Says the same as no header, in a way that only Spring's way understands. */
  private static final String[] SPRINGS_WAY = {"Accept", "application/json;q=0.9"};

  @Test
  void read_isTheSame_whicheverWayItGoes() {
    var id = signedUp();

    for (var caller : List.of(asUser(id), asAdmin(), asService())) {
      var direct = caller.get("/api/users/" + id, "X-Request-Id", "alike");
      assertThat(direct.is(200).header("ETag")).isEqualTo("\"1\"");
      assertAlike(caller, "/api/users/" + id);
      assertAlike(caller, "/api/users/" + id.toUpperCase(Locale.ROOT));
    }
  }

  @Test
  void refusal_isTheSame_whicheverWayItGoes() {
    var id = signedUp();
    var missing = UUID.randomUUID();

    assertAlike(asAdmin(), "/api/users/" + missing);
    assertAlike(asUser(missing.toString()), "/api/users/" + missing);
    assertAlike(asUser(missing.toString()), "/api/users/" + id);
    assertAlike(anyone(), "/api/users/" + id);
    assertAlike(as(TOKENS.scoped(id, "orders.read")), "/api/users/" + id);
    assertAlike(asAdmin(), "/api/users/nobody");
    assertAlike(asAdmin(), "/api/users/" + id + "?x=1");
    assertAlike(asAdmin(), "/api/users/" + id + "/");
    assertAlike(asAdmin(), "/api/users/");
  }

  @Test
  void changedUser_isReadAsChanged_atOnce() {
    var email = newEmail();
    var id = signedUp(email);
    var user = asAdmin();
    for (var version = 2; version < 6; version++) {
      var name = "Name " + version;
      user.put("/api/users/" + id, Map.of("email", email, "name", name)).is(200);
      var read = user.get("/api/users/" + id).is(200);
      assertThat(read.text("/name")).isEqualTo(name);
      assertThat(read.header("ETag")).isEqualTo("\"" + version + "\"");
    }
    user.delete("/api/users/" + id).is(204);
    user.get("/api/users/" + id).isError(404, "NOT_FOUND");
  }

  private static void assertAlike(Api caller, String path) {
    var direct = caller.get(path, "X-Request-Id", "alike");
    var usual = caller.get(path, "X-Request-Id", "alike", SPRINGS_WAY[0], SPRINGS_WAY[1]);

    assertThat(direct.response().body()).isEqualTo(usual.response().body());
    assertThat(direct.status()).isEqualTo(usual.status());
    assertThat(headers(direct)).isEqualTo(headers(usual));
  }

  private static Map<String, List<String>> headers(Api.Answer answer) {
    return new TreeMap<>(answer.response().headers().map());
  }
}
