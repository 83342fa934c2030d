package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** The transaction-id caveat of docs/operating.md, and that what it advises repairs it. */
class LogicalRestoreTest {
  private static final Pattern USE_IDS_UP =
      Pattern.compile("`(do \\$\\$ begin for i in 1\\.\\.)\\d+( loop .*? end \\$\\$)`");

  @Test
  void feed_missesRestoredEvents_untilTheCounterIsRaised(@TempDir Path folder) throws Exception {
    try (var original = Database.start(folder.resolve("original"));
        var restored = Database.start(folder.resolve("restored"))) {
      for (var database : List.of(original, restored)) {
        database.execute("postgres", "create database orders");
        StoredOrders.migrate(database, "orders");
      }
      // A cluster with a past.
      original.execute("orders", useIdsUp(20_000));
      var first = StoredOrders.order(original);
      var second = StoredOrders.order(original);
      for (var table : List.of("streams", "events")) {
        copy(table, original, restored);
      }

      assertThat(feed(restored)).as("the gap that the guide warns of").isEmpty();

      restored.execute("orders", useIdsUp(25_000));
      var third = StoredOrders.order(restored);

      assertThat(feed(restored))
          .as("old events first, new ones after them")
          .containsExactly(first, first, second, second, third, third);
      assertThat(restored.column("orders", StoredOrders.verificationOfAll())).isEmpty();
    }
  }

  /** Which orders' events a consumer that begins at the start is given. */
  private static List<String> feed(Database database) throws SQLException {
    return database.column(
        "orders",
        "select order_id from events where (xid::text || '.' || position) in ("
            + StoredOrders.newerThan("'0'::xid8, 0").replaceFirst("limit 50", "")
            + ") order by xid, position");
  }

  /** The statement of the operating guide itself, for this many ids. */
  private static String useIdsUp(int ids) {
    var advised = USE_IDS_UP.matcher(Checkout.read("docs/operating.md"));
    assertThat(advised.find()).isTrue();
    return advised.group(1) + ids + advised.group(2);
  }

  private static void copy(String table, Database from, Database to)
      throws SQLException, IOException {
    var rows = new ByteArrayOutputStream();
    try (var source = from.connect("orders");
        var target = to.connect("orders")) {
      source.unwrap(PGConnection.class).getCopyAPI().copyOut("copy " + table + " to stdout", rows);
      target
          .unwrap(PGConnection.class)
          .getCopyAPI()
          .copyIn("copy " + table + " from stdin", new ByteArrayInputStream(rows.toByteArray()));
    }
  }
}
