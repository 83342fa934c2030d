package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Writes outlive their callers and their connections: a whole effect or none, never two. */
class FaultsTest extends OrderServiceTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final String BACKENDS =
      " from pg_stat_activity where application_name = 'order-service' and datname ="
          + " current_database()";

  @Test
  void terminatedBackends_loseAndDoubleNothing() throws Exception {
    try (var connection = connection();
        var load = new OrderLoad(port, ada.token(), 8)) {
      for (var i = 0; i < 30; i++) {
        var before = load.acknowledged();
        await().atMost(Duration.ofSeconds(30)).until(() -> load.acknowledged() > before + 5);
        number(
            connection,
            "select count(pg_terminate_backend(pid)) from (select pid"
                + BACKENDS
                + " order by state <> 'active', random() limit 2) unlucky");
      }
      load.close();

      assertThat(load.unknown()).isPositive();
      load.repeatUnknown();
      load.assertNothingIsLostOrDoubled(connection);
    }
  }

  @Test
  void callersWhoHangUp_leaveAWholeEffectOrNone_andNoOpenTransaction() throws Exception {
    var keys = new ArrayList<String>();
    try (var connection = connection();
        var load = new OrderLoad(port, ada.token(), 4)) {
      for (var i = 0; i < 150; i++) {
        var key = UUID.randomUUID().toString();
        keys.add(key);
        hangUp(key, ThreadLocalRandom.current().nextLong(5_000_001));
      }
      // A transaction that a caller left open would stay; one between two statements ends.
      await()
          .atMost(LONG)
          .until(
              () ->
                  number(connection, "select count(*)" + BACKENDS + " and state like 'idle in%'")
                      == 0);
      load.close();
      // What a busy machine made wait too long was told so, and is taken now.
      load.repeatUnknown();
      load.assertNothingIsLostOrDoubled(connection);

      for (var key : keys) {
        // What was sent before may still be on its way to PostgreSQL.
        await().atMost(LONG).until(() -> placed(key), status -> status == 201);
      }
      assertThat(
              number(
                  connection,
                  "select count(*) from events where data like any (array['%"
                      + String.join("%','%", keys)
                      + "%'])"))
          .isEqualTo(keys.size());
    }
  }

  private int placed(String key) {
    var order = Api.ORDER.replace("book-1", key);
    var status = ada.post("/api/orders", order, "Idempotency-Key", key).status();
    assertThat(status).isIn(201, 409, 503);
    return status;
  }

  /** Waits for no answer; the connection is reset after so many nanoseconds. */
  private void hangUp(String key, long nanos) throws IOException {
    try (var client = new RawClient(port)) {
      client.send(OrderLoad.request(ada.token(), key));
      LockSupport.parkNanos(nanos);
      client.reset();
    }
  }

  private static Connection connection() throws SQLException {
    return DriverManager.getConnection(DATABASE.jdbcUrl(), DATABASE.user(), DATABASE.password());
  }

  private static int number(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }
}
