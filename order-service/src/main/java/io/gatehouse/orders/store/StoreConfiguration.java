package io.gatehouse.orders.store;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.client.SSLMode;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({StoreProperties.class, DatabaseProperties.class})
class StoreConfiguration {

  /**
   * Every wait is bounded: for a connection, for a row's lock, for a statement. Lists are read from
   * their index in order; the planner, who knows only how many orders a customer has on average,
   * would rather gather and sort a large customer's, so it may not.
   */
  @Bean(destroyMethod = "dispose")
  ConnectionPool connections(DatabaseProperties properties, IdleConnections idle) {
    var server =
        PostgresqlConnectionConfiguration.builder()
            .host(properties.host())
            .port(properties.port())
            .database(properties.name())
            .username(properties.user())
            .password(properties.password())
            .applicationName("order-service")
            .connectTimeout(Duration.ofSeconds(2))
            .statementTimeout(properties.statementTimeout())
            .lockWaitTimeout(Duration.ofSeconds(3))
            .tcpKeepAlive(true)
            .options(Map.of("enable_bitmapscan", "off"));
    var ca = properties.ca();
    if (ca != null) {
      server.sslMode(SSLMode.VERIFY_FULL).sslRootCert(ca.toString());
    }
    return new ConnectionPool(
        ConnectionPoolConfiguration.builder(new PostgresqlConnectionFactory(server.build()))
            .name("orders")
            .initialSize(0)
            .customizer(
                pool ->
                    pool.maxPendingAcquire(properties.maxWaiting())
                        .evictionPredicate(idle::isSpent))
            .maxSize(properties.connections())
            // A retry would wait as long again; which connections are good is known before.
            .acquireRetry(0)
            .maxAcquireTime(properties.maxWait())
            .maxCreateConnectionTime(properties.maxWait())
            .maxIdleTime(IdleConnections.MAX_IDLE)
            .build());
  }

  @Bean
  IdleConnections idleConnections() {
    return new IdleConnections();
  }

  @Bean
  PoolMeters poolMeters(ConnectionPool connections) {
    return new PoolMeters(connections);
  }

  @Bean
  Database database(
      ConnectionPool connections, DatabaseProperties properties, IdleConnections idle) {
    return new Database(connections, properties.maxAnswer(), idle::distrust);
  }

  @Bean
  CustomerKeys customerKeys(Database database, StoreProperties properties) {
    return new CustomerKeys(database, properties.masterKey());
  }
}
