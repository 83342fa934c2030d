package io.gatehouse.local.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandbyTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path data;

  @Test
  void standby_hasWhatWasAcknowledged_takesOver_andIsTheFirstServerFromThenOn() throws Exception {
    var home = Home.of(Checkouts.ROOT, data).prepared();
    var secrets = Secrets.in(home);
    var launcher = new Launcher(home, secrets);
    var ports = new Ports();
    var first = launcher.postgres(ports.any(), true);
    // Nothing is acknowledged as long as the standby is not there.
    var table =
        CompletableFuture.runAsync(() -> execute(first, secrets, "create table kept (n integer)"));
    var standby = launcher.standby(ports.any());
    try {
      table.join();
      execute(first, secrets, "insert into kept values (7)");
      assertThat(Standby.isPromoted(home)).isFalse();

      first.process().signal("KILL");
      await().atMost(LIMIT).until(() -> !first.isAlive());
      Standby.promote(home);

      assertThat(Standby.isPromoted(home)).isTrue();
      assertThat(kept(standby, secrets)).isEqualTo(7);
      execute(standby, secrets, "update kept set n = 8");
    } finally {
      Postgres.stop(first.process());
      Postgres.stop(standby.process());
    }

    var again = new Launcher(home, secrets).postgres(ports.any());
    try {
      assertThat(kept(again, secrets)).isEqualTo(8);
      execute(again, secrets, "update kept set n = 9");
      assertThat(data.resolve("postgres-standby")).doesNotExist();
      assertThat(data.resolve("postgres-before-failover")).isDirectory();
    } finally {
      Postgres.stop(again.process());
    }
  }

  @Test
  void standbyThatWasNotPromoted_isMadeAnew_orThrownAway() throws Exception {
    var home = Home.of(Checkouts.ROOT, data).prepared();
    var secrets = Secrets.in(home);
    var ports = new Ports();
    var launcher = new Launcher(home, secrets);
    Postgres.stop(launcher.postgres(ports.any(), true).process());
    var folder = Standby.folder(home);
    Files.createFile(folder.resolve("stale"));

    Postgres.stop(launcher.postgres(ports.any(), true).process());
    assertThat(folder.resolve("stale")).doesNotExist();
    assertThat(folder.resolve(Standby.SIGNAL)).exists();

    Postgres.stop(launcher.postgres(ports.any()).process());
    assertThat(folder).doesNotExist();
  }

  private static void execute(Running server, Secrets secrets, String sql) {
    try (var connection = DriverManager.getConnection(url(server), "postgres", password(secrets));
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static int kept(Running server, Secrets secrets) throws SQLException {
    try (var connection = DriverManager.getConnection(url(server), "postgres", password(secrets));
        var statement = connection.createStatement();
        var rows = statement.executeQuery("select n from kept")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static String password(Secrets secrets) {
    return secrets.password(Secrets.SUPERUSER);
  }

  private static String url(Running server) {
    return "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(server.port());
  }
}
