package io.gatehouse.auth;

import static io.gatehouse.auth.SigningKeys.accessToken;
import static io.gatehouse.auth.SigningKeys.algorithmOf;
import static io.gatehouse.auth.SigningKeys.idOf;
import static io.gatehouse.auth.SigningKeys.isActive;
import static io.gatehouse.auth.SigningKeys.keyOf;
import static io.gatehouse.auth.SigningKeys.keysCommand;
import static io.gatehouse.auth.SigningKeys.newest;
import static io.gatehouse.auth.SigningKeys.published;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testing.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Two instances over one database: rotation and restart. Time passes by moving the calendar. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeysTest {
  private static final Duration SOON = Duration.ofMinutes(1);

  private final TestPostgres.Database database = TestPostgres.newDatabase();
  private final Instance first = start();
  private final Instance second = start();

  private Instance start(String... changes) {
    return Instance.start(database, changes);
  }

  @AfterAll
  void stop() {
    second.close();
    first.close();
  }

  @Test
  void keys_surviveARestart_andLieEncrypted() {
    var token = accessToken(first);

    try (var restarted = start()) {
      assertThat(published(restarted)).contains(keyOf(token));
      assertThat(isActive(restarted, token)).isTrue();
    }
    var stored =
        first
            .jdbc()
            .sql("select encode(private_key, 'escape') from signing_key limit 1")
            .query(String.class)
            .single();
    assertThat(stored).doesNotContain("kty").doesNotContain("\"d\"");
  }

  @Test
  void start_underAnotherEncryptionKey_stopsWithASentence() {
    assertThatThrownBy(
            () ->
                start(
                    "gatehouse.key-encryption-key", "QUJDREVGMDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODk="))
        .hasStackTraceContaining("GATEHOUSE_KEY_ENCRYPTION_KEY is not the key");
  }

  @Test
  void rotation_isPublishedBeforeUse_byBothInstances_andFailsNoToken() {
    var old = accessToken(first);

    var next = newest(keysCommand(first, "POST"));

    assertThat(next).isNotEqualTo(keyOf(old));
    await().atMost(SOON).until(() -> both().allMatch(server -> published(server).contains(next)));
    // The calendar says in an hour; until then nobody signs with it.
    assertThat(both().map(server -> keyOf(accessToken(server)))).containsOnly(keyOf(old));

    // As if the hour had passed. Each instance notices in its own time.
    first.jdbc().sql("update signing_key set signs_from = signs_from - interval '61 min'").update();
    await().atMost(SOON).until(() -> both().allMatch(issuer -> signsWith(issuer).equals(next)));
    assertThat(idOf(keysCommand(second, "GET"), "RETIRING")).isEqualTo(keyOf(old));
    assertThat(both()).allMatch(server -> isActive(server, old));
  }

  /** The key of a fresh token, which every instance knows and takes, whoever made it. */
  private String signsWith(Instance issuer) {
    var token = accessToken(issuer);
    assertThat(both()).allMatch(verifier -> published(verifier).contains(keyOf(token)));
    assertThat(both()).allMatch(verifier -> isActive(verifier, token));
    return keyOf(token);
  }

  private Stream<Instance> both() {
    return Stream.of(first, second);
  }

  @Test
  void key_isForgotten_onceTheLastTokenUnderItHasExpired() {
    var next = newest(keysCommand(first, "POST"));
    assertThat(published(first)).hasSizeGreaterThan(1);

    // As if the successor had taken over an hour ago: its start was an hour away.
    first
        .jdbc()
        .sql("update signing_key set signs_from = signs_from - interval '2 hours'")
        .update();

    await()
        .atMost(SOON)
        .until(() -> both().allMatch(server -> published(server).equals(List.of(next))));
    assertThat(isActive(second, accessToken(first))).isTrue();
  }

  @Test
  void changeOfAlgorithm_publishesANewKeyFirst_andBothVerifySideBySide() {
    var database = TestPostgres.newDatabase();
    try (var before = Instance.start(database)) {
      var old = accessToken(before);
      try (var after = Instance.start(database, "gatehouse.keys.algorithm", "ES256")) {
        assertThat(published(after)).hasSize(2).contains(keyOf(old));
        assertThat(algorithmOf(accessToken(after))).isEqualTo("RS256");

        // As if the lead had passed.
        before
            .jdbc()
            .sql("update signing_key set signs_from = signs_from - interval '61 min'")
            .update();
        for (var issuer : List.of(before, after)) {
          await().atMost(SOON).until(() -> algorithmOf(accessToken(issuer)).equals("ES256"));
        }
        var fresh = accessToken(after);
        assertThat(isActive(before, fresh)).isTrue();
        assertThat(isActive(after, fresh)).isTrue();
        assertThat(isActive(after, old)).isTrue();
      }
    }
  }
}
