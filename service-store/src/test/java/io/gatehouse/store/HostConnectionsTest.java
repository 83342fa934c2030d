package io.gatehouse.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.testing.TcpProxy;
import io.gatehouse.testing.TestPostgres;
import io.r2dbc.pool.ConnectionPool;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several servers, and those that are no primary any more. */
class HostConnectionsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String PID = "select pg_backend_pid() as pid";

  private final TestPostgres.Database server = TestPostgres.newDatabase();
  private final TcpProxy first = new TcpProxy(server.port());
  private final TcpProxy second = new TcpProxy(server.port());
  private final IdleConnections idle = new IdleConnections();

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  @Test
  void serverThatAnswers_isFound_whereverItStands() {
    for (var hosts :
        new String[] {"localhost:1,%s", "%s,localhost:1", "localhost:1,127.0.0.1:2,%s"}) {
      var pool = pool(hosts.formatted("localhost:" + first.port()));
      try {
        assertThat(pid(pool)).isPositive();
      } finally {
        pool.dispose();
      }
    }
  }

  @Test
  void silentServer_isLeftForAnother_andThenNotAskedFirstAnyMore() {
    var pool = pool("localhost:%d,localhost:%d".formatted(first.port(), second.port()));
    try {
      pid(pool);
      assertThat(first.open()).isPositive();
      assertThat(second.open()).isZero();

      first.lose();
      idle.distrust();
      await().atMost(LIMIT).ignoreExceptions().until(() -> pid(pool) > 0 && second.open() > 0);

      // Connections that were being made to the silent one are closed, not forgotten.
      await().atMost(LIMIT).until(() -> first.open() == 0);
      var before = pid(pool);
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                idle.distrust();
                return pid(pool) != before;
              });
      assertThat(first.open()).isZero();
    } finally {
      pool.dispose();
    }
  }

  @Test
  void standby_isNotTaken_andEverybodyIsTold() throws SQLException {
    execute("alter database %s set default_transaction_read_only = on".formatted(server.name()));
    var pool = pool("localhost:%d,localhost:%d".formatted(first.port(), second.port()));
    try {
      assertThatThrownBy(() -> pid(pool)).satisfies(HostConnectionsTest::isUnavailable);

      execute("alter database %s reset default_transaction_read_only".formatted(server.name()));

      assertThat(pid(pool)).isPositive();
    } finally {
      pool.dispose();
    }
  }

  @Test
  void connection_isThrownAway_whenItsServerTakesNoWrites() {
    isReplacedAfter("25006", "do 'begin set transaction read only; create table t (); end'");
  }

  @Test
  void connection_isThrownAway_whenItsServerGoesAway() {
    isReplacedAfter("57P01", "select pg_terminate_backend(pg_backend_pid())");
    isReplacedAfter("57P03", "do 'begin raise exception ''away'' using errcode = ''57P03''; end'");
  }

  private void isReplacedAfter(String state, String sql) {
    var pool = pool("localhost:" + first.port());
    try {
      var database = new Database(pool, Duration.ofSeconds(10), idle::distrust);
      var before = pid(pool);

      assertThatThrownBy(() -> database.change(sql).block(LIMIT))
          .as(state)
          .satisfies(HostConnectionsTest::isUnavailable);

      assertThat(pid(pool)).isNotEqualTo(before);
    } finally {
      pool.dispose();
    }
  }

  private static void isUnavailable(Throwable thrown) {
    assertThat(thrown).isInstanceOf(ApiException.class);
    assertThat(((ApiException) thrown).status()).isEqualTo(503);
  }

  private int pid(ConnectionPool pool) {
    var database = new Database(pool, Duration.ofSeconds(10), idle::distrust);
    return Rows.required(database.one(PID, row -> Rows.number(row, "pid")).block(LIMIT));
  }

  private ConnectionPool pool(String hosts) {
    return TestPool.of(server, hosts, 1, idle);
  }

  private void execute(String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
        var statement = connection.createStatement()) {
      statement.execute("set default_transaction_read_only = off");
      statement.execute(sql);
    }
  }
}
