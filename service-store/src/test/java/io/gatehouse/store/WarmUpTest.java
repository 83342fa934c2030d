package io.gatehouse.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.defaults.platform.Migrations;
import io.gatehouse.testing.TestPostgres;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.StandardEnvironment;

/** The first request of an instance finds a connection. */
class WarmUpTest {
  private static final TestPostgres.Database SERVER = TestPostgres.newDatabase();

  @Test
  void service_isConnected_beforeItServes() {
    assertThat(idleConnectionsAtStart(SERVER.port(), 10)).isEqualTo(2);
    assertThat(idleConnectionsAtStart(SERVER.port(), 1)).isEqualTo(1);
  }

  @Test
  void service_starts_whileTheDatabaseIsAway() {
    assertThat(idleConnectionsAtStart(1, 10)).isZero();
  }

  private static int idleConnectionsAtStart(int port, int connections) {
    var properties =
        new DatabaseProperties(
            SERVER.host(),
            port,
            SERVER.name(),
            SERVER.user(),
            SERVER.password(),
            null,
            null,
            Migrations.When.START,
            null,
            connections,
            10,
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Map.of());
    var configuration = new StoreAutoConfiguration(new StandardEnvironment());
    var idle = new IdleConnections();
    var pool = configuration.connectionPool(properties, properties.owner(), idle, "test");
    try {
      assertThat(configuration.database(pool, properties, idle, properties.owner())).isNotNull();
      return pool.getMetrics().orElseThrow().idleSize();
    } finally {
      pool.dispose();
    }
  }
}
