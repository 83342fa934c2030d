package io.gatehouse.users.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.store.Database;
import io.gatehouse.users.Api;
import io.gatehouse.users.RunningService;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.DefaultApplicationArguments;

class SeededAccountsTest extends RunningService {
  @Autowired Database database;
  @Autowired Passwords passwords;

  @Test
  void demoAccountsAndTheFirstAdmin_areThere() {
    assertThat(signIn("ada@example.com", PASSWORD).is(200).json().at("/roles").toString())
        .isEqualTo("[\"USER\"]");
    assertThat(signIn("grace@example.com", PASSWORD).is(200).json().at("/roles").toString())
        .isEqualTo("[\"ADMIN\"]");
    assertThat(
            signIn("root@example.com", "first-admins-password")
                .is(200)
                .json()
                .at("/roles")
                .toString())
        .isEqualTo("[\"ADMIN\"]");
  }

  @Test
  void account_isMadeOnce_byTwoInstancesStartingTogether() {
    var email = newEmail();

    CompletableFuture.allOf(
            Stream.generate(() -> CompletableFuture.runAsync(() -> start(email)))
                .limit(4)
                .toArray(CompletableFuture[]::new))
        .join();

    signIn(email, "an-admins-password").is(200);
    assertThat(
            sql(
                "select count(*) from user_events join users on user_id = users.id where email = '"
                    + email
                    + "'"))
        .containsExactly("1");
  }

  @Test
  void deletedAccount_isNotBroughtBack_byTheNextStart() {
    var email = newEmail();
    start(email);
    var id = signIn(email, "an-admins-password").is(200).text("/id");
    asAdmin().delete("/api/users/" + id).is(204);

    start(email);

    signIn(email, "an-admins-password").isError(401, "WRONG_CREDENTIALS");
  }

  @Test
  void account_ofSomebodyElse_staysAsItIs() {
    var email = newEmail();
    signedUp(email);

    start(email);

    assertThat(signIn(email, PASSWORD).is(200).json().at("/roles").toString())
        .isEqualTo("[\"USER\"]");
  }

  @Test
  void demo_isRefused_whereOthersCanReachIt() {
    var platform =
        new GatehouseProperties(URI.create("https://shop.example.com"), Duration.ofSeconds(5));
    var demo = new UserProperties(Duration.ofMinutes(15), null, null, true, List.of());

    assertThatThrownBy(() -> new SeededAccounts(database, passwords, demo, platform))
        .hasMessageContaining("GATEHOUSE_DEMO")
        .hasMessageContaining("GATEHOUSE_PUBLIC_URL");
  }

  @Test
  void firstAdmin_needsAGoodPassword() {
    assertThatThrownBy(
            () ->
                new UserProperties(
                    Duration.ofMinutes(15), "root@example.com", "short", false, List.of()))
        .hasMessageContaining("GATEHOUSE_ADMIN_PASSWORD")
        .hasMessageNotContaining("short");
  }

  private void start(String email) {
    new SeededAccounts(
            database,
            passwords,
            new UserProperties(
                Duration.ofMinutes(15), email, "an-admins-password", true, List.of()),
            new GatehouseProperties(URI.create("http://localhost:8080"), Duration.ZERO))
        .run(new DefaultApplicationArguments());
  }

  private Api.Answer signIn(String email, String password) {
    return asService()
        .post("/internal/credentials/verification", Map.of("email", email, "password", password));
  }
}
