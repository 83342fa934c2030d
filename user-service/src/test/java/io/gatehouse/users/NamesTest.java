package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names read as what they are, and an address has one form. */
class NamesTest extends RunningService {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Ada\u200b",
        "A\u200dda",
        "Ada\u200c Lovelace",
        "\u202eecalevoL adA",
        "Ada\u2066",
        "Ada\u200f",
        "Ada\u00ad",
        "\ufeffAda",
        "Ada\u2060",
        "Ada\ue000",
        "Ada\udb40\udc41",
        "Ada\udb40\udd00",
        "Ada\ufe0f",
        "Ada\u0378",
        "Ada\ufffe",
        "\u3164",
        "\u2800",
        "\u00a0",
        "Ada\u2028Lovelace",
        "Ada\u034f"
      })
  void invisibleCharacters_areRefused_inNames(String name) {
    var error = signUp(newEmail(), name).isError(400, "VALIDATION_ERROR");

    assertThat(error.json().at("/error/details/0/field").asString()).isEqualTo("name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Ada Lovelace",
        "Zo\u00eb O\u2019Neil-\u0141uk",
        "\u06a9\u062a\u0627\u0628\u200c\u0647\u0627",
        "\u0d28\u0d4d\u200d\u0d28",
        "\ud83d\udc69\u200d\ud83d\ude80",
        "\u2764\ufe0f Ada",
        "\u5c71\u7530\u3000\u592a\u90ce",
        "\u05d3\u05d5\u05d3"
      })
  void namesOfTheWorld_areTaken(String name) {
    assertThat(signUp(newEmail(), name).is(201).text("/name")).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"ada\"@example.com",
        "ada@example.com.",
        "ada.@example.com",
        ".ada@example.com",
        "a..da@example.com",
        "\uff41da@example.com",
        "\u0430da@example.com",
        "ada@[127.0.0.1]",
        "ada@xn--example-.com",
        "ada@-example.com",
        "ada(x)@example.com",
        "ada@exam_ple.com",
        "ada@\u200b.com"
      })
  void secondSpellings_areNoAddresses(String email) {
    var error = signUp(email, "Ada").isError(400, "VALIDATION_ERROR");

    assertThat(error.json().at("/error/details/0/field").asString()).isEqualTo("email");
  }

  @Test
  void oneAddress_hasOneAccount_howeverItsDomainIsWritten() {
    var local = UUID.randomUUID().toString();
    var id = signUp(local + "@B\u00dcCHER.example", "Ada").is(201).text("/id");
    var canonical = local + "@xn--bcher-kva.example";

    assertThat(asUser(id).get("/api/users/me").text("/email")).isEqualTo(canonical);
    for (var other :
        new String[] {
          canonical, local + "@XN--BCHER-KVA.example", local + "@b\u00fccher.\uff45xample"
        }) {
      signUp(other, "Mallory").isError(409, "ALREADY_EXISTS");
      asService()
          .post("/internal/credentials/verification", Map.of("email", other, "password", PASSWORD))
          .is(200);
    }
    assertThat(
            asAdmin()
                .get("/api/users?email=" + local + "@b%C3%BCcher.example")
                .is(200)
                .json()
                .at("/items")
                .size())
        .isEqualTo(1);
  }

  private Api.Answer signUp(String email, String name) {
    return anyone().post("/api/users", Map.of("email", email, "name", name, "password", PASSWORD));
  }
}
