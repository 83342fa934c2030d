package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Map;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Passkeys that are forged, copied, sent twice or somebody else's. */
class PasskeyAttackTest extends PasskeyPagesTest {
  /** What is wrong with an answer of the browser or the device. */
  enum Wrong {
    ORIGIN,
    OTHER_PORT,
    RP_ID,
    NOT_VERIFIED,
    CHALLENGE,
    NO_CHALLENGE,
    KEY,
    NOTHING_AT_ALL;

    String options(String asked) {
      var challenge = JSON.readTree(asked).path("challenge").asString("");
      var bytes = Base64.getUrlDecoder().decode(challenge);
      bytes[0] ^= 1;
      return switch (this) {
        case CHALLENGE ->
            asked.replace(challenge, Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        case NO_CHALLENGE -> asked.replace(challenge, "");
        default -> asked;
      };
    }

    void spoil(SoftAuthenticator device) {
      switch (this) {
        case ORIGIN -> device.origin = "https://evil.example";
        case OTHER_PORT -> device.origin = "http://localhost:9999";
        case RP_ID -> device.rpId = "evil.example";
        case NOT_VERIFIED -> device.verifies = false;
        case KEY -> device.forgeKey();
        case CHALLENGE, NO_CHALLENGE, NOTHING_AT_ALL -> {}
      }
    }

    String answer(String credential) {
      return this == NOTHING_AT_ALL ? "{\"response\":[]}" : credential;
    }
  }

  @ParameterizedTest
  @EnumSource
  void use_thatIsWrong_signsNobodyIn(Wrong wrong) {
    add(signedIn(USERS.readableAccount()), "My phone");
    var browser = browser();
    var asked = options(browser.get("/login"), "#use-passkey");
    wrong.spoil(device);

    var answer = use(browser, "/login", wrong.answer(device.use(wrong.options(asked))));

    assertThat(Browser.location(answer)).isEqualTo(PUBLIC_URL + "/login?error=passkey");
    assertThat(isSignedIn(browser)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "KEY")
  void registration_thatIsWrong_addsNothing(Wrong wrong) {
    var browser = signedIn(USERS.readableAccount());
    var asked = options(browser.get(PAGE + "?add"), "#add-passkey");
    wrong.spoil(device);

    var answer = post(browser, "x", wrong.answer(device.create(wrong.options(asked))));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Jsoup.parse(browser.get(PAGE).body()).select("ul.lines h2")).isEmpty();
  }

  @Test
  void use_sentTwice_signsInOnce() {
    add(signedIn(USERS.readableAccount()), "My phone");
    var first = browser();
    var credential = device.use(options(first.get("/login"), "#use-passkey"));
    use(first, "/login", credential);
    var second = browser();

    use(second, "/login", credential);

    assertThat(isSignedIn(first)).isTrue();
    assertThat(isSignedIn(second)).isFalse();
  }

  @Test
  void use_ofACopiedDevice_isRefused() {
    device.counter = 5;
    add(signedIn(USERS.readableAccount()), "My phone");
    use(browser());
    use(browser());
    var thief = browser();
    device.counter = 6;

    var answer =
        use(thief, "/login", device.useAgain(options(thief.get("/login"), "#use-passkey")));

    assertThat(Browser.location(answer)).endsWith("/login?error=passkey");
    assertThat(isSignedIn(thief)).isFalse();
  }

  @Test
  void use_withTheChallengeOfARegistration_isRefused() {
    var owner = signedIn(USERS.readableAccount());
    add(owner, "My phone");
    var browser = browser();
    var asked = options(owner.get(PAGE + "?add"), "#add-passkey");

    use(browser, "/login", device.use(asked));

    assertThat(isSignedIn(browser)).isFalse();
  }

  @Test
  void use_withoutTheHiddenToken_is403() {
    add(signedIn(USERS.readableAccount()), "My phone");
    var browser = browser();
    var credential = device.use(options(browser.get("/login"), "#use-passkey"));

    var answer = browser.post("/login/passkey", Map.of("credential", credential));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(isSignedIn(browser)).isFalse();
  }

  @Test
  void use_ofARemovedPasskey_isRefused() {
    var owner = signedIn(USERS.readableAccount());
    add(owner, "My phone");
    var id = list(tokens(owner)).getFirst().path("id").asString();

    owner.submit(PAGE, PAGE, Map.of("remove", id));

    var browser = browser();
    use(browser);
    assertThat(isSignedIn(browser)).isFalse();
  }

  @Test
  void use_ofADeletedUsersPasskey_isRefused_andForgotten() {
    var ada = USERS.readableAccount();
    add(signedIn(ada), "My phone");
    USERS.delete(ada);
    var browser = browser();

    use(browser);

    assertThat(isSignedIn(browser)).isFalse();
    assertThat(
            jdbc.sql("select count(*) from passkey where user_id = :user")
                .param("user", ada.id())
                .query(Integer.class)
                .single())
        .isZero();
  }

  @Test
  void registration_withAnothersOptions_addsNothing() {
    var asked = options(signedIn(USERS.readableAccount()).get(PAGE + "?add"), "#add-passkey");
    var browser = signedIn(USERS.readableAccount());
    browser.get(PAGE + "?add");

    assertThat(post(browser, "x", device.create(asked)).statusCode()).isEqualTo(400);
  }

  @Test
  void registration_ofAKnownPasskey_addsNothing() {
    add(signedIn(USERS.readableAccount()), "My phone");
    var thief = signedIn(USERS.readableAccount());

    var asked = options(thief.get(PAGE + "?add"), "#add-passkey");
    assertThat(post(thief, "x", device.create(asked)).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a\u202eb", "x\u0007"})
  void registration_underWhatIsNoName_addsNothing(String name) {
    var browser = signedIn(USERS.readableAccount());
    var asked = options(browser.get(PAGE + "?add"), "#add-passkey");

    var answer = post(browser, name, device.create(asked));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Jsoup.parse(answer.body()).select("#name-wrong").text()).contains("50 characters");
  }

  @Test
  void registration_ofOneTooMany_isRefused() {
    var browser = signedIn(USERS.readableAccount());
    for (int i = 0; i < 20; i++) {
      add(browser, "Number " + i);
      device.next();
    }

    var asked = options(browser.get(PAGE + "?add"), "#add-passkey");
    assertThat(post(browser, "x", device.create(asked)).statusCode()).isEqualTo(400);
    assertThat(list(tokens(browser))).hasSize(20);
  }
}
