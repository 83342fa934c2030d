package io.gatehouse.orders.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.orders.store.MigratedPostgres;
import io.gatehouse.store.Database;
import io.gatehouse.testing.TestPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What holds the feed back is told, wherever on the server it is. */
class FeedWatchTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final String EVENT =
      """
      insert into events values (gen_random_uuid(), 1, 1, pg_current_xact_id(), 'OrderPlaced', 2,
        clock_timestamp() - interval '1 hour', 's', 'c', 'USER', 'r', 'c', '{}', '')
      """;

  private final TestPostgres.Database postgres = MigratedPostgres.newDatabase();
  private final ConnectionPool pool = MigratedPostgres.pool(postgres, 1);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final TestClock clock = new TestClock();
  private final FeedWatch watch = new FeedWatch(new EventFeed(new Database(pool)), clock, meters);

  @AfterEach
  void close() {
    pool.dispose();
  }

  @Test
  void transactionHeldOpenInAnotherDatabase_isToldByItsAge_andByWhatItHoldsBack()
      throws SQLException {
    look();
    assertThat(gauge("gatehouse.feed.lag")).isZero();

    try (var elsewhere = connect(TestPostgres.newDatabase());
        var here = connect(postgres)) {
      elsewhere.setAutoCommit(false);
      execute(elsewhere, "select pg_current_xact_id()");
      look();
      execute(here, EVENT);

      clock.forward(Duration.ofSeconds(90));
      look();

      assertThat(gauge("gatehouse.feed.horizon.age")).isGreaterThanOrEqualTo(90);
      assertThat(gauge("gatehouse.feed.lag")).isBetween(3_600.0, 4_000.0);
      elsewhere.commit();
    }

    look();
    clock.forward(Duration.ofSeconds(1));
    look();
    assertThat(gauge("gatehouse.feed.lag")).isZero();
    assertThat(gauge("gatehouse.feed.horizon.age")).isLessThan(90);
  }

  @Test
  void database_isToldAway_afterThreeRoundsWithoutAnswer() {
    look();
    assertThat(watch.databaseAnswers()).isTrue();
    var told = new AtomicReference<>(0);
    watch.onChange(() -> told.updateAndGet(times -> times + 1));
    pool.dispose();

    look();
    look();
    assertThat(watch.databaseAnswers()).isTrue();
    look();

    assertThat(watch.databaseAnswers()).isFalse();
    assertThat(told).hasValue(1);
    assertThat(gauge("gatehouse.feed.lag")).isNaN();
  }

  private void look() {
    watch.pollOnce().block(LIMIT);
  }

  private double gauge(String name) {
    return meters.get(name).gauge().value();
  }

  private static Connection connect(TestPostgres.Database database) throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static final class TestClock extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    void forward(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }
}
