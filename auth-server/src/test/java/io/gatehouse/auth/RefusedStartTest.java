package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testing.TestPostgres;
import org.junit.jupiter.api.Test;

/** Settings that stop the start. */
class RefusedStartTest {
  @Test
  void start_withAShortEncryptionKey_stopsWithASentence() {
    assertThatThrownBy(
            () ->
                Instance.start(
                    TestPostgres.newDatabase(), "gatehouse.key-encryption-key", "c2hvcnQ="))
        .hasStackTraceContaining("GATEHOUSE_KEY_ENCRYPTION_KEY")
        .hasStackTraceContaining("32 bytes");
  }

  @Test
  void demo_onAPublicAddress_isRefusedAtStart() {
    assertThatThrownBy(
            () ->
                Instance.start(
                    TestPostgres.newDatabase(), "gatehouse.public-url", "https://shop.example.com"))
        .hasStackTraceContaining("GATEHOUSE_DEMO=true is refused");
  }

  @Test
  void start_withAnUnknownTimeOfMigrations_stops_namingTheKey() {
    assertThatThrownBy(
            () -> Instance.start(TestPostgres.newDatabase(), "gatehouse.db.migrate", "sometimes"))
        .hasStackTraceContaining("gatehouse.db.migrate");
  }

  @Test
  void start_thatIsToMigrateAlone_andMayNot_stops_insteadOfServing() {
    assertThatThrownBy(
            () ->
                Instance.start(
                    TestPostgres.newDatabase(),
                    "gatehouse.db.migrate",
                    "only",
                    "spring.flyway.enabled",
                    "false"))
        .hasStackTraceContaining("GATEHOUSE_DB_MIGRATE")
        .hasStackTraceContaining("spring.flyway.enabled");
  }
}
