package io.gatehouse.orders.store;

import io.gatehouse.defaults.platform.Migrations;
import io.gatehouse.testing.TestPostgres;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactories;
import org.flywaydb.core.Flyway;

/** A database with our tables, for tests of the store without the service around it. */
public final class MigratedPostgres {
  private MigratedPostgres() {}

  public static TestPostgres.Database newDatabase() {
    var database = TestPostgres.newDatabase();
    Migrations.migrate(
        Flyway.configure().dataSource(database.jdbcUrl(), database.user(), database.password()),
        database.runtimeUser(),
        Migrations.When.START);
    return database;
  }

  /** At most so many connections to it, signed in as services are. */
  public static ConnectionPool pool(TestPostgres.Database database, int connections) {
    return (ConnectionPool)
        ConnectionFactories.get(
            "r2dbc:pool:postgresql://%s:%s@%s:%d/%s?maxSize=%d"
                .formatted(
                    database.runtimeUser(),
                    TestPostgres.Database.RUNTIME_PASSWORD,
                    database.host(),
                    database.port(),
                    database.name(),
                    connections));
  }
}
