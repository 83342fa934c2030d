package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.auth.StandInUsers.Account;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a stranger put into an account ends when its owner claims it by a mail. */
class ClaimedAccountTest extends PasskeyPagesTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void claim_endsPasskeys_andConsents_andSignIns() {
    var ada = USERS.readableAccount();
    var stranger = signedIn(ada);
    add(stranger, "Stranger's phone");
    var tokens = Tokens.of(redeem(code(stranger)));
    consent(ada);

    USERS.claim(ada, Instant.now());

    await().atMost(SOON).until(() -> rows("passkey", ada) == 0);
    assertThat(rows("consent", ada)).isZero();
    assertThat(isActive(tokens.access())).isFalse();
    assertRefused(refresh(tokens.refresh()), 400, "invalid_grant");
    var browser = browser();
    use(browser);
    assertThat(isSignedIn(browser)).isFalse();
  }

  @Test
  void claim_cutShortByACrash_isTakenUpAgain() {
    var ada = USERS.readableAccount();
    add(signedIn(ada), "Stranger's phone");
    var at = Instant.now();
    // What a crash leaves between the entry and the rest.
    jdbc.sql(
            """
            insert into revocation (kind, value, at, until)
            values ('sub', :user, :at, now() + interval '16 min')
            """)
        .param("user", ada.id())
        .param("at", Timestamp.from(at))
        .update();

    USERS.claim(ada, at);

    await().atMost(SOON).until(() -> rows("passkey", ada) == 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void passkey_addedAfterAClaimOrReset_byASignInOfBefore_endsToo(boolean isClaim) {
    var ada = USERS.readableAccount();
    var stranger = signedIn(ada);
    var at = Instant.now();
    add(stranger, "Stranger's phone");

    if (isClaim) {
      USERS.claim(ada, at);
    } else {
      USERS.revoke(ada, at, "");
    }

    await().atMost(SOON).until(() -> rows("passkey", ada) == 0);
  }

  @Test
  void owner_keepsWhatIsAddedLater_atAnOrdinaryReset() {
    var ada = USERS.readableAccount();
    USERS.claim(ada, Instant.now());
    await().atMost(SOON).until(() -> isRevoked("sub", ada.id()));
    add(signedIn(ada), "My phone");

    USERS.revoke(ada, Instant.now(), "");
    await().atMost(SOON).until(() -> entries(ada) == 2);

    var browser = browser();
    use(browser);
    assertThat(isSignedIn(browser)).isTrue();
  }

  @Test
  void passkey_usedBeforeTheClaimCameHere_isRefusedByUserService() {
    var ada = USERS.readableAccount();
    add(signedIn(ada), "Stranger's phone");
    USERS.refusePasskeys(ada);
    var browser = browser();

    var answer = use(browser);

    assertThat(Browser.location(answer)).isEqualTo(PUBLIC_URL + "/login?error=passkey");
    assertThat(isSignedIn(browser)).isFalse();
  }

  @Test
  void passkey_used_tellsWhenTheSignInBegan_thatAddedIt_andWhenItDid() {
    var ada = USERS.readableAccount();
    var browser = signedIn(ada);
    var before = Instant.now();
    add(browser, "My phone");

    use(browser());

    var asked = postRequestedFor(urlPathEqualTo("/internal/users/" + ada.id() + "/sign-ins"));
    USERS.server.verify(asked.withHeader("Gatehouse-Passkey-Since", matching("20.*Z")));
    var told = USERS.server.findAll(asked).getFirst().getHeader("Gatehouse-Passkey-Since");
    assertThat(Instant.parse(told)).isBefore(before);
    var added = USERS.server.findAll(asked).getFirst().getHeader("Gatehouse-Passkey-Added");
    assertThat(Instant.parse(added)).isAfter(before);
  }

  private void consent(Account account) {
    jdbc.sql("insert into consent (client_id, user_id, scopes) values ('console', :user, '{}')")
        .param("user", account.id())
        .update();
  }

  private int rows(String table, Account account) {
    return jdbc.sql("select count(*) from " + table + " where user_id = :user")
        .param("user", account.id())
        .query(Integer.class)
        .single();
  }

  private int entries(Account account) {
    return jdbc.sql("select count(*) from revocation where kind = 'sub' and value = :user")
        .param("user", account.id())
        .query(Integer.class)
        .single();
  }
}
