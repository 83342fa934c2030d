package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.local.journey.SignIn.Tokens;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tokens that were ended, at the door of the running platform. How soon (within a second) is
 * measured by {@code bench/revocations}.
 */
@ExtendWith(SharedPlatform.class)
@Order(3)
class RevocationIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final RunningPlatform platform;

  RevocationIT(RunningPlatform platform) {
    this.platform = platform;
  }

  /** What ends a sign-in; all but the revocation of an access token end its successors too. */
  enum End {
    REVOKED_REFRESH_TOKEN((person, tokens) -> person.revoke(tokens.refresh())),
    REVOKED_ACCESS_TOKEN((person, tokens) -> person.revoke(tokens.access())),
    REUSED_REFRESH_TOKEN(
        (person, tokens) -> {
          assertThat(person.refresh(tokens.refresh()).statusCode()).isEqualTo(200);
          assertThat(person.refresh(tokens.refresh()).statusCode()).isEqualTo(400);
        }),
    LOGOUT(Person::logOut),
    PASSWORD_CHANGED_ELSEWHERE((person, _) -> person.changePassword(person.signIn().access())),
    USER_DELETED((person, _) -> person.delete(person.signIn().access()));

    private final BiConsumer<Person, Tokens> action;

    End(BiConsumer<Person, Tokens> action) {
      this.action = action;
    }
  }

  @ParameterizedTest
  @EnumSource
  void accessToken_isRefused_onceItsSignInEnded(End end) {
    var person = new Person(platform.url());
    var tokens = person.signIn();
    assertThat(person.statusWith(tokens.access())).isEqualTo(200);

    end.action.accept(person, tokens);

    await().atMost(SOON).until(() -> person.statusWith(tokens.access()) == 401);
    assertThat(person.me(tokens.access()).body()).contains("TOKEN_REVOKED");
    if (end != End.REVOKED_ACCESS_TOKEN) {
      assertThat(person.refresh(tokens.refresh()).statusCode()).isEqualTo(400);
    }
  }

  @Test
  void passwordChange_leavesTheSignInThatDidIt() {
    var person = new Person(platform.url());
    var own = person.signIn();
    var other = person.signIn();

    person.changePassword(own.access());

    await().atMost(SOON).until(() -> person.statusWith(other.access()) == 401);
    assertThat(person.statusWith(own.access())).isEqualTo(200);
    assertThat(person.refresh(own.refresh()).statusCode()).isEqualTo(200);
  }

  /** From the first answer on: none may pass before the revocations were loaded. */
  @Test
  void gatewayThatWasDown_learnsOfARevocation_beforeItServes() {
    var person = new Person(platform.url());
    var tokens = person.signIn();
    assertThat(person.statusWith(tokens.access())).isEqualTo(200);
    platform.kill("gateway");
    var authServer = URI.create("http://localhost:" + platform.component("auth-server").port());
    person.revokeAt(authServer, tokens.refresh());

    var seen = new ArrayList<Integer>();
    var started = CompletableFuture.runAsync(platform::up);
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              seen.add(statusOrNone(person, tokens));
              return started.isDone();
            });
    started.join();

    assertThat(person.statusWith(tokens.access())).isEqualTo(401);
    assertThat(seen).doesNotContain(200);
  }

  private static int statusOrNone(Person person, Tokens tokens) {
    try {
      return person.statusWith(tokens.access());
    } catch (UncheckedIOException notThereYet) {
      return 0;
    }
  }
}
