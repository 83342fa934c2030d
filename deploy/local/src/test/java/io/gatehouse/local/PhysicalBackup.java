package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.springframework.util.FileSystemUtils;

/** A base backup of a platform's database server with its archived log, and the way back. */
final class PhysicalBackup {
  private final RunningPlatform platform;
  private final Path server;
  private final Path copy;
  private final Path archive;
  private final String password;

  private PhysicalBackup(RunningPlatform platform, Path data, Path folder, String password)
      throws IOException {
    this.platform = platform;
    this.server = data.resolve("postgres");
    this.copy = folder.resolve("postgres");
    this.archive = Files.createDirectory(folder.resolve("archive"));
    this.password = password;
  }

  /**
   * Switches archiving on, which takes a restart.
   *
   * @param data the platform's data folder
   * @param folder for the backup
   */
  static PhysicalBackup of(RunningPlatform platform, Path data, Path folder)
      throws IOException, SQLException {
    var secrets = new Properties();
    try (var in = Files.newBufferedReader(data.resolve("secrets.properties"))) {
      secrets.load(in);
    }
    var backup = new PhysicalBackup(platform, data, folder, secrets.getProperty("postgres"));
    backup.execute("alter system set archive_mode = on");
    backup.execute("alter system set archive_command = 'cp %%p %s/%%f'".formatted(backup.archive));
    platform.gatehouse("down").succeeded();
    platform.up();
    return backup;
  }

  /** A copy of the server's folder while it is written to, without its log. */
  void take() throws IOException, InterruptedException, SQLException {
    Files.createDirectory(
        copy, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try (var connection = connect("postgres");
        var statement = connection.createStatement()) {
      statement.execute("select pg_backup_start('drill', true)");
      // It complains of files that went away meanwhile; the log brings back what matters.
      new ProcessBuilder("cp", "-a", server + "/.", copy.toString())
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
      try (var rows = statement.executeQuery("select labelfile from pg_backup_stop()")) {
        assertThat(rows.next()).isTrue();
        Files.writeString(copy.resolve("backup_label"), rows.getString(1));
      }
    }
    Files.delete(copy.resolve("postmaster.pid"));
    FileSystemUtils.deleteRecursively(copy.resolve("pg_wal"));
    Files.createDirectory(copy.resolve("pg_wal"));
  }

  /** Returns once everything written so far is in the archive. */
  void shipTheLog() throws SQLException {
    var last = column("postgres", "select pg_walfile_name(pg_current_wal_lsn())").getFirst();
    execute("select pg_switch_wal()");
    await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(archive.resolve(last)));
  }

  /** Puts the copy where the server's folder was; its next start recovers from the archive. */
  void restore() throws IOException {
    FileSystemUtils.deleteRecursively(server);
    Files.createFile(copy.resolve("recovery.signal"));
    Files.writeString(
        copy.resolve("postgresql.auto.conf"),
        "archive_command = 'true'\nrestore_command = 'cp %s/%%f %%p'\n".formatted(archive));
    Files.move(copy, server);
  }

  /** The first column of every row, as text. */
  List<String> column(String database, String sql) throws SQLException {
    var texts = new ArrayList<String>();
    try (var connection = connect(database);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }

  private void execute(String sql) throws SQLException {
    try (var connection = connect("postgres");
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Connection connect(String database) throws SQLException {
    var port = platform.component("postgresql").port();
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, database), "postgres", password);
  }
}
