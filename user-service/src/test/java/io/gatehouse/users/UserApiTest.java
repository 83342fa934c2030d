package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UserApiTest extends RunningService {
  private static final String MICROSECONDS = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z";

  @Test
  void signUp_givesTheUser_withLocationTagAndTimesInMicroseconds() {
    var email = newEmail();

    var answer =
        anyone()
            .post(
                "/api/users",
                Map.of(
                    "email", email.toUpperCase(Locale.ROOT), "name", " Ada ", "password", PASSWORD))
            .is(201);

    var id = answer.text("/id");
    assertThat(answer.header("Location")).isEqualTo("/api/users/" + id);
    assertThat(answer.header("ETag")).isEqualTo("\"1\"");
    assertThat(answer.json().propertyNames())
        .containsExactly("id", "email", "name", "roles", "version", "createdAt", "updatedAt");
    assertThat(answer.text("/email")).isEqualTo(email);
    assertThat(answer.text("/name")).isEqualTo("Ada");
    assertThat(answer.text("/createdAt")).matches(MICROSECONDS);
    assertThat(asUser(id).get("/api/users/me").is(200).json()).isEqualTo(answer.json());
  }

  @Test
  void verification_knowsTheUser_byTheRightPasswordOnly() {
    var email = newEmail();
    var id = signedUp(email);

    var path = "/internal/credentials/verification";
    var right = asService().post(path, Map.of("email", email, "password", PASSWORD)).is(200);
    asService()
        .post(path, Map.of("email", email, "password", PASSWORD + "x"))
        .isError(401, "WRONG_CREDENTIALS");

    assertThat(right.text("/id")).isEqualTo(id);
    assertThat(asService().get("/internal/users/" + id).is(200).json()).isEqualTo(right.json());
    assertThat(asService().get("/internal/revocations").is(200).json().at("/entries").isArray())
        .isTrue();
  }
}
