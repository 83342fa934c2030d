package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The restore of docs/operating.md, done: a physical backup of the event store taken while orders
 * are written and a consumer follows, restored elsewhere with the archived log.
 */
@Tag("drill")
class BackupDrillTest {
  private static final int WRITERS = 4;
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean loaded = new AtomicBoolean(true);

  @Test
  void restore_losesAndRepeatsNothing_whenTheBackupWasTakenUnderLoad(@TempDir Path folder)
      throws Exception {
    var archive = Files.createDirectory(folder.resolve("archive"));
    var backup = privateFolder(folder.resolve("backup"));
    try (var original = Database.start(folder.resolve("data"))) {
      prepare(original, archive);
      underLoad(
          original,
          () -> {
            awaitOrders(100);
            back(original, backup);
            awaitOrders(acknowledged.size() + 100);
            return null;
          });
      shipTheLog(original, archive);
    }

    Files.createFile(backup.resolve("recovery.signal"));
    Files.writeString(
        backup.resolve("postgresql.auto.conf"),
        "archive_command = 'true'\nrestore_command = 'cp %s/%%f %%p'\n".formatted(archive));
    try (var restored = Database.start(backup)) {
      Awaitility.await()
          .atMost(30, TimeUnit.SECONDS)
          .until(
              () -> restored.column("orders", "select pg_is_in_recovery()").equals(List.of("f")));

      assertThat(restored.column("orders", "select order_id from streams"))
          .as("every acknowledged order")
          .containsAll(acknowledged);
      assertThat(restored.column("orders", StoredOrders.verificationOfAll()))
          .as("broken chains")
          .isEmpty();

      var before = restored.column("consumer", "select place from consumed").size();
      acknowledged.addAll(List.of(StoredOrders.order(restored), StoredOrders.order(restored)));
      try (var connection = restored.connect("orders")) {
        assertThat(follow(restored, connection)).as("new to the consumer").isPositive();
      }
      assertThat(restored.column("consumer", "select place from consumed"))
          .as("no gap and, by its primary key, no repeat")
          .hasSizeGreaterThan(before)
          .containsExactlyInAnyOrderElementsOf(
              restored.column("orders", "select xid::text || '.' || position from events"));
    }
  }

  @Test
  void verificationOfAll_names_anOrderThatWasTamperedWith(@TempDir Path folder) throws Exception {
    try (var database = Database.start(folder.resolve("data"))) {
      prepare(database, folder);
      var honest = StoredOrders.order(database);
      var tampered = StoredOrders.order(database);
      database.execute(
          "orders", "update events set data = '{\"total\":1}' where order_id = '" + tampered + "'");
      assertThat(database.column("orders", StoredOrders.verificationOfAll()))
          .containsExactly(tampered)
          .doesNotContain(honest);
    }
  }

  private static Path privateFolder(Path folder) throws IOException {
    return Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private static void prepare(Database database, Path archive) throws SQLException {
    database.execute(
        "postgres", "alter system set archive_command = 'cp %%p %s/%%f'".formatted(archive));
    database.execute("postgres", "select pg_reload_conf()");
    database.execute("postgres", "create database orders");
    database.execute("postgres", "create database consumer");
    StoredOrders.migrate(database, "orders");
    database.execute("consumer", "create table consumed (place text primary key)");
    database.execute("consumer", "create table checkpoint (place text not null)");
    database.execute("consumer", "insert into checkpoint values ('0.0')");
  }

  private void underLoad(Database database, Callable<Void> work) throws Exception {
    try (var threads = Executors.newFixedThreadPool(WRITERS + 1)) {
      var running = new ArrayList<Future<?>>();
      try {
        for (var i = 0; i < WRITERS; i++) {
          running.add(threads.submit(() -> write(database)));
        }
        running.add(threads.submit(() -> consume(database)));
        work.call();
      } finally {
        loaded.set(false);
      }
      for (var thread : running) {
        thread.get(60, TimeUnit.SECONDS);
      }
    } catch (ExecutionException failed) {
      throw new AssertionError("the load failed", failed.getCause());
    }
  }

  private Void write(Database database) throws SQLException {
    try (var connection = database.connect("orders")) {
      while (loaded.get()) {
        acknowledged.add(StoredOrders.order(connection));
      }
    }
    return null;
  }

  private Void consume(Database database) throws SQLException {
    try (var connection = database.connect("orders")) {
      while (loaded.get()) {
        follow(database, connection);
      }
    }
    return null;
  }

  /** Reads what is new page by page; what was read and the checkpoint are written as one. */
  private static int follow(Database database, Connection orders) throws SQLException {
    var total = 0;
    while (true) {
      var place = database.column("consumer", "select place from checkpoint").getFirst();
      var dot = place.indexOf('.');
      var after = "'%s'::xid8, %s".formatted(place.substring(0, dot), place.substring(dot + 1));
      var page = new ArrayList<String>();
      try (var statement = orders.createStatement();
          var rows = statement.executeQuery(StoredOrders.newerThan(after))) {
        while (rows.next()) {
          page.add(rows.getString(1));
        }
      }
      if (page.isEmpty()) {
        return total;
      }
      total += page.size();
      database.execute(
          "consumer",
          "begin; insert into consumed values ('%s'); update checkpoint set place = '%s'; commit"
              .formatted(String.join("'), ('", page), page.getLast()));
    }
  }

  private void awaitOrders(int atLeast) {
    Awaitility.await().atMost(30, TimeUnit.SECONDS).until(() -> acknowledged.size() >= atLeast);
  }

  private static void back(Database database, Path backup) throws SQLException, IOException {
    try (var connection = database.connect("postgres");
        var statement = connection.createStatement()) {
      statement.execute("select pg_backup_start('drill', true)");
      database.copyTo(backup);
      try (var rows = statement.executeQuery("select labelfile from pg_backup_stop()")) {
        assertThat(rows.next()).isTrue();
        Files.writeString(backup.resolve("backup_label"), rows.getString(1));
      }
    }
  }

  private static void shipTheLog(Database database, Path archive) throws SQLException {
    var last =
        database.column("postgres", "select pg_walfile_name(pg_current_wal_lsn())").getFirst();
    database.execute("postgres", "select pg_switch_wal()");
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> Files.exists(archive.resolve(last)));
  }
}
