package io.gatehouse.orders.store;

import io.gatehouse.testing.TestPostgres;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactories;
import org.flywaydb.core.Flyway;

/** A database with our tables, for tests of the store without the service around it. */
public final class MigratedPostgres {
  private MigratedPostgres() {}

  public static TestPostgres.Database newDatabase() {
    var database = TestPostgres.newDatabase();
    Flyway.configure()
        .dataSource(database.jdbcUrl(), database.user(), database.password())
        .load()
        .migrate();
    return database;
  }

  /** At most so many connections to it. */
  public static ConnectionPool pool(TestPostgres.Database database, int connections) {
    return (ConnectionPool)
        ConnectionFactories.get(
            "r2dbc:pool:postgresql://%s:%s@%s:%d/%s?maxSize=%d"
                .formatted(
                    database.user(),
                    database.password(),
                    database.host(),
                    database.port(),
                    database.name(),
                    connections));
  }
}
