package io.gatehouse.users.store;

import io.gatehouse.defaults.platform.WatchedLoops;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Mono;
import reactor.pool.PooledRefMetadata;

/** The schema, then the pool. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration MAX_IDLE = Duration.ofMinutes(5);
  private static final Duration MAX_LIFE = Duration.ofMinutes(30);

  /** So that a server that is only slow says so itself. */
  private static final Duration LATER_THAN_THE_SERVER = Duration.ofMillis(500);

  /**
   * Migrates, waiting up to 20 s for a database that is starting too.
   *
   * @param enabled false in the run that makes a start-up cache, which has no database
   */
  @Bean
  Flyway schema(
      DatabaseProperties properties, @Value("${spring.flyway.enabled:true}") boolean enabled) {
    var flyway =
        Flyway.configure()
            .dataSource(properties.jdbcUrl(), properties.user(), properties.password())
            .locations("classpath:db/migration")
            .connectRetries(20)
            .connectRetriesInterval(1)
            .load();
    if (enabled) {
      flyway.migrate();
    }
    return flyway;
  }

  @Bean(destroyMethod = "dispose")
  ConnectionPool connectionPool(DatabaseProperties properties) {
    var postgres =
        PostgresqlConnectionConfiguration.builder()
            .host(properties.host())
            .port(properties.port())
            .database(properties.name())
            .username(properties.user())
            .password(properties.password())
            .applicationName("user-service")
            .connectTimeout(CONNECT_TIMEOUT)
            .statementTimeout(properties.statementTimeout())
            .lockWaitTimeout(properties.statementTimeout())
            .loopResources(new WatchedLoops(answerTimeout(properties)))
            .tcpKeepAlive(true);
    var ca = properties.ca();
    if (ca != null) {
      postgres.sslMode(SSLMode.VERIFY_FULL).sslRootCert(ca.toString());
    }
    return new ConnectionPool(
        ConnectionPoolConfiguration.builder(new PostgresqlConnectionFactory(postgres.build()))
            .initialSize(0)
            .maxSize(properties.connections())
            .maxAcquireTime(properties.acquireTimeout())
            .maxCreateConnectionTime(CONNECT_TIMEOUT)
            .acquireRetry(1)
            .customizer(
                pool ->
                    pool.maxPendingAcquire(properties.waiting())
                        .evictionPredicate(StoreConfiguration::isSpent))
            .build());
  }

  /** Looked at when a connection comes back and before it is given out. */
  private static boolean isSpent(Connection connection, PooledRefMetadata use) {
    return use.idleTime() > MAX_IDLE.toMillis()
        || use.lifeTime() > MAX_LIFE.toMillis()
        || !isOpen(connection);
  }

  /** Known locally, without a round trip. */
  private static boolean isOpen(Connection connection) {
    return Mono.from(connection.validate(ValidationDepth.LOCAL)).toFuture().getNow(false);
  }

  private static Duration answerTimeout(DatabaseProperties properties) {
    return properties.statementTimeout().plus(LATER_THAN_THE_SERVER);
  }

  @Bean
  PoolMeters poolMeters(ConnectionPool pool) {
    return new PoolMeters(pool);
  }

  /** Only after the schema is there. */
  @Bean
  Database database(ConnectionPool pool, DatabaseProperties properties, Flyway schema) {
    return new Database(pool, answerTimeout(properties));
  }

  @Bean
  DatabaseReadiness databaseReadiness(Database database) {
    return new DatabaseReadiness(database);
  }
}
