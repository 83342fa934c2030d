package io.gatehouse.store;

import io.gatehouse.defaults.platform.WatchedLoops;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.client.SSLMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Wires the schema, then the pool, then what runs statements. */
@AutoConfiguration
@EnableConfigurationProperties(DatabaseProperties.class)
public class StoreAutoConfiguration {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  /** Names of settings that mean nothing any more, and what took their place. */
  private static final Map<String, String> RENAMED =
      Map.of(
          "gatehouse.db.max-waiting", "gatehouse.db.waiting",
          "gatehouse.db.max-wait", "gatehouse.db.acquire-timeout",
          "gatehouse.db.max-answer", "gatehouse.db.statement-timeout");

  StoreAutoConfiguration(Environment environment) {
    RENAMED.forEach(
        (old, now) -> {
          if (environment.containsProperty(old)) {
            throw new IllegalStateException(
                "%s (%s) is no setting any more: use %s".formatted(old, variable(old), now));
          }
        });
  }

  private static String variable(String key) {
    return key.replace('-', '_').replace('.', '_').toUpperCase(Locale.ROOT);
  }

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

  @Bean
  IdleConnections idleConnections() {
    return new IdleConnections();
  }

  /**
   * Every wait is bounded: for a connection, for a row's lock, for a statement.
   *
   * @param application names the connections to whoever looks at the server
   */
  @Bean(destroyMethod = "dispose")
  @ConditionalOnMissingBean
  ConnectionPool connectionPool(
      DatabaseProperties properties,
      IdleConnections idle,
      @Value("${spring.application.name}") String application) {
    var server =
        PostgresqlConnectionConfiguration.builder()
            .host(properties.host())
            .port(properties.port())
            .database(properties.name())
            .username(properties.user())
            .password(properties.password())
            .applicationName(application)
            .connectTimeout(CONNECT_TIMEOUT)
            .statementTimeout(properties.statementTimeout())
            .lockWaitTimeout(properties.statementTimeout())
            .loopResources(new WatchedLoops(properties.answerTimeout()))
            .tcpKeepAlive(true)
            .options(properties.options());
    var ca = properties.ca();
    if (ca != null) {
      server.sslMode(SSLMode.VERIFY_FULL).sslRootCert(ca.toString());
    }
    return new ConnectionPool(
        ConnectionPoolConfiguration.builder(new PostgresqlConnectionFactory(server.build()))
            .initialSize(0)
            .maxSize(properties.connections())
            // A retry would wait as long again; which connections are good is known before.
            .acquireRetry(0)
            .maxAcquireTime(properties.acquireTimeout())
            .maxCreateConnectionTime(CONNECT_TIMEOUT)
            .maxIdleTime(IdleConnections.MAX_IDLE)
            .customizer(
                pool ->
                    pool.maxPendingAcquire(properties.waiting()).evictionPredicate(idle::isSpent))
            .build());
  }

  @Bean
  PoolMeters poolMeters(ConnectionPool pool, DatabaseProperties properties) {
    return new PoolMeters(pool, properties.name());
  }

  /** Only after the schema is there. */
  @Bean
  Database database(
      ConnectionPool pool, DatabaseProperties properties, IdleConnections idle, Flyway schema) {
    return new Database(pool, properties.answerTimeout(), idle::distrust);
  }

  @Bean
  DatabaseReadiness databaseReadiness(Database database) {
    return new DatabaseReadiness(database);
  }
}
