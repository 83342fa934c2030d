package io.gatehouse.store;

import io.gatehouse.defaults.platform.Migrations;
import io.gatehouse.testing.TestPostgres;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.Map;
import org.springframework.core.env.StandardEnvironment;

/** The pool that a service would have. */
final class TestPool {
  private TestPool() {}

  /**
   * To a database through these hosts.
   *
   * @param connections at most
   */
  static ConnectionPool of(
      TestPostgres.Database database, String hosts, int connections, IdleConnections idle) {
    var properties =
        new DatabaseProperties(
            hosts,
            database.port(),
            database.name(),
            database.user(),
            database.password(),
            null,
            null,
            Migrations.When.START,
            null,
            connections,
            10,
            Duration.ofSeconds(8),
            Duration.ofSeconds(5),
            Map.of());
    return new StoreAutoConfiguration(new StandardEnvironment())
        .connectionPool(properties, properties.owner(), idle, "test");
  }
}
