package io.gatehouse.connector;

import io.gatehouse.connector.EventTable.Gap;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.core.BaseConnection;
import org.postgresql.util.HostSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a database of events. Whoever holds its lock is the one active instance: what
 * it notes of its progress it notes over this connection, so whoever lost the lock notes nothing.
 * Of the slot PostgreSQL itself lets one reader in at a time.
 */
final class SourceDatabase implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SourceDatabase.class);

  /** In milliseconds; any statement here takes far less on a server that answers. */
  private static final int LONGEST_ANSWER = 10_000;

  /** In milliseconds. */
  private static final int LONGEST_TRANSACTION = 600_000;

  private static final int PAGE = 1000;

  /** Of a page's data: sent as a whole, it has to reach the brokers in one delivery timeout. */
  static final int PAGE_BYTES = 8 << 20;

  private final EventTable table;
  private final Connection connection;
  private final String slot;

  private SourceDatabase(EventTable table, Connection connection, String slot) {
    this.table = table;
    this.connection = connection;
    this.slot = slot;
  }

  /** Connects, within seconds. */
  static SourceDatabase connect(EventTable table, DatabaseProperties properties)
      throws SQLException {
    var database = properties.databaseOf(table);
    var info = new Properties();
    info.setProperty("user", properties.user());
    info.setProperty("password", properties.password());
    info.setProperty("ApplicationName", "connector");
    info.setProperty("connectTimeout", "5");
    info.setProperty("loginTimeout", "10");
    info.setProperty("tcpKeepAlive", "true");
    info.setProperty("targetServerType", "primary");
    info.setProperty("hostRecheckSeconds", "1");
    var ca = properties.ca();
    if (ca != null) {
      info.setProperty("sslmode", "verify-full");
      info.setProperty("sslrootcert", ca.toString());
    }
    var connection =
        DriverManager.getConnection(
            "jdbc:postgresql://%s/%s".formatted(properties.servers(), database), info);
    try {
      connection.setNetworkTimeout(Runnable::run, LONGEST_ANSWER);
      return new SourceDatabase(table, connection, slotName(database));
    } catch (SQLException failed) {
      connection.close();
      throw failed;
    }
  }

  static String slotName(String database) {
    return "gatehouse_" + database;
  }

  /** The server that this connection found: the others may be standbys, or have been primaries. */
  HostSpec server() throws SQLException {
    return connection.unwrap(BaseConnection.class).getQueryExecutor().getHostSpec();
  }

  /** Whether this instance is the active one from now on, until the connection ends. */
  boolean lock() throws SQLException {
    return query(
            "select pg_try_advisory_lock(hashtextextended('gatehouse connector', 0))",
            row -> row.getBoolean(1))
        .orElseThrow();
  }

  /**
   * The slot as the server has it.
   *
   * @param lost its log is gone, or it was invalidated otherwise: it can only be dropped
   * @param confirmed up to where the reader has all; 0 when it is lost
   * @param behind bytes of log that the server has written since
   */
  record Slot(boolean lost, long confirmed, long behind) {}

  /** Empty when there is none. */
  Optional<Slot> slot() throws SQLException {
    return query(
        """
        select wal_status = 'lost' or invalidation_reason is not null,
          coalesce(confirmed_flush_lsn, '0/0')::text,
          coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn), 0)::bigint
        from pg_replication_slots where slot_name = '%s'
        """
            .formatted(slot),
        row -> new Slot(row.getBoolean(1), Lsn.parse(row.getString(2)), row.getLong(3)));
  }

  /**
   * What commits from now on will be told. Standbys that synchronise slots get it too. The server
   * waits for the transactions that have begun to write, anywhere on it.
   */
  void createSlot() throws SQLException {
    connection.setNetworkTimeout(Runnable::run, LONGEST_TRANSACTION);
    execute(
        "select pg_create_logical_replication_slot('%s', 'pgoutput', false, false, true)"
            .formatted(slot));
    connection.setNetworkTimeout(Runnable::run, LONGEST_ANSWER);
  }

  /** Drops it when it is there. */
  void dropSlot() throws SQLException {
    execute(
        "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = '%s'"
            .formatted(slot));
  }

  /** How far this slot's reader came, as it was noted. */
  record Progress(boolean complete, boolean sameServer, Gap gap) {}

  Optional<Progress> progress() throws SQLException {
    return query(
        """
        select phase = 'STREAMING', p.system_identifier = c.system_identifier,
          sent_below::text, resync_transaction::text, resync_position
        from connector_progress p, pg_control_system() c where slot = '%s'
        """
            .formatted(slot),
        row ->
            new Progress(
                row.getBoolean(1),
                row.getBoolean(2),
                new Gap(row.getString(3), row.getString(4), row.getLong(5))));
  }

  /** Notes that this gap is being closed, from where it says. */
  void noteResync(Gap gap) throws SQLException {
    note("RESYNC", gap);
  }

  /** Notes that all transactions before this one have been sent, and the slot tells the rest. */
  void noteStreaming(String sentBelow) throws SQLException {
    note("STREAMING", Gap.since(sentBelow));
  }

  private void note(String phase, Gap gap) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            insert into connector_progress as p
            select ?, system_identifier, ?, ?::xid8, ?::xid8, ?, now() from pg_control_system()
            on conflict (slot) do update set system_identifier = excluded.system_identifier,
              phase = excluded.phase, sent_below = excluded.sent_below,
              resync_transaction = excluded.resync_transaction,
              resync_position = excluded.resync_position, changed_at = excluded.changed_at
            """)) {
      statement.setString(1, slot);
      statement.setString(2, phase);
      statement.setString(3, gap.since());
      statement.setString(4, gap.transaction());
      statement.setLong(5, gap.position());
      statement.executeUpdate();
    }
  }

  /**
   * A statement about now: whoever has read the log up to {@code lsn} has seen all transactions
   * before {@code transaction} end.
   */
  record Mark(String transaction, long lsn, long nanos) {}

  /** The transaction first: what has ended by then has its end in the log before {@code lsn}. */
  Mark mark() throws SQLException {
    var nanos = System.nanoTime();
    var transaction =
        query("select pg_snapshot_xmin(pg_current_snapshot())::text", row -> row.getString(1))
            .orElseThrow();
    var next =
        query("select pg_current_wal_insert_lsn()::text", row -> row.getString(1)).orElseThrow();
    return new Mark(transaction, Lsn.endOfLastRecord(Lsn.parse(next)), nanos);
  }

  /** Events of a gap, and the gap that is left; the same when nothing is. */
  record Page(List<PublishedEvent> events, Gap rest) {}

  Page page(Gap gap) throws SQLException {
    try (var statement = table.page(connection, gap, PAGE, PAGE_BYTES);
        var rows = statement.executeQuery()) {
      var events = new ArrayList<PublishedEvent>();
      var rest = gap;
      while (rows.next()) {
        var row = columns(rows);
        events.add(table.event(row));
        rest = rest.after(table.transactionOf(row), Long.parseLong(row.required("position")));
      }
      return new Page(events, rest);
    }
  }

  private static Columns columns(ResultSet rows) {
    return column -> {
      try {
        return "at".equals(column)
            ? rows.getObject(column, OffsetDateTime.class).toInstant().toString()
            : rows.getString(column);
      } catch (SQLException failed) {
        throw new IllegalStateException("a row has no readable column " + column, failed);
      }
    };
  }

  @FunctionalInterface
  private interface Reading<T> {
    T from(ResultSet row) throws SQLException;
  }

  private <T> Optional<T> query(String sql, Reading<T> reading) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return rows.next() ? Optional.of(reading.from(rows)) : Optional.empty();
    }
  }

  private void execute(String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Also from another thread, whatever this one waits for. */
  @Override
  public void close() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException failed) {
      log.debug("a connection that ends did not end well: {}", failed.toString());
    }
  }
}
