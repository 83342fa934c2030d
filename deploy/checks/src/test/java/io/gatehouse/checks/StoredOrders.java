package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.UUID;
import java.util.regex.Pattern;

/** The event store of order-service, used by its own SQL. */
final class StoredOrders {
  private StoredOrders() {}

  /** Makes the tables and functions as order-service's migrations do. */
  static void migrate(Database database, String name) throws SQLException {
    var migrations =
        Checkout.files("order-service/src/main/resources/db/migration", ".sql").stream()
            // Not what Flyway does after each of its runs.
            .filter(file -> !file.endsWith("afterMigrate.sql"))
            .sorted(Comparator.comparingInt(StoredOrders::version))
            .toList();
    assertThat(migrations).isNotEmpty();
    for (var migration : migrations) {
      database.execute(name, Checkout.read(migration));
    }
  }

  private static int version(Path migration) {
    var matcher = Pattern.compile("V(\\d+)__.*").matcher(String.valueOf(migration.getFileName()));
    assertThat(matcher.matches()).as(migration.toString()).isTrue();
    return Integer.parseInt(matcher.group(1));
  }

  static String newerThan(String place) {
    return """
        select xid::text || '.' || position from events
        where (xid, position) > (%s) and xid < pg_snapshot_xmin(pg_current_snapshot())
        order by xid, position limit 50
        """
        .formatted(place);
  }

  static String order(Database database) throws SQLException {
    try (var connection = database.connect("orders")) {
      return order(connection);
    }
  }

  /** Places an order and changes it, as order-service does. */
  static String order(Connection connection) throws SQLException {
    var id = UUID.randomUUID();
    append(connection, id, 0, "OrderPlaced", "PLACED");
    append(connection, id, 1, "OrderPaid", "PAID");
    return id.toString();
  }

  private static void append(
      Connection connection, UUID order, int expected, String type, String state)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            select outcome from append_events(null, null, null, null::smallint, array[?]::uuid[], array[?], \
            array['customer'], array[?], array['{}'], array[1], array[?], array[1], array['{"total":2460}'], \
            'subject', 'cli', 'USER', 'request', '')
            """)) {
      statement.setObject(1, order);
      statement.setInt(2, expected);
      statement.setString(3, state);
      statement.setString(4, type);
      try (var rows = statement.executeQuery()) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("APPENDED");
      }
    }
  }

  /** The statement of the operating guide itself. */
  static String verificationOfAll() {
    var guide = Checkout.read("docs/operating.md");
    var begin = guide.indexOf("```sql", guide.indexOf("### All orders at once")) + 6;
    return guide.substring(begin, guide.indexOf("```", begin));
  }
}
