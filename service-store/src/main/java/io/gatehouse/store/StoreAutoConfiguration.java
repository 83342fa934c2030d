package io.gatehouse.store;

import io.gatehouse.defaults.platform.DatabaseHosts;
import io.gatehouse.defaults.platform.DatabaseHosts.Host;
import io.gatehouse.defaults.platform.Migrations;
import io.gatehouse.defaults.platform.WatchedLoops;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.MultiHostConnectionStrategy.TargetServerType;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.spi.ConnectionFactory;
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
@EnableConfigurationProperties({DatabaseProperties.class, ReplicaProperties.class})
public class StoreAutoConfiguration {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final int CONNECTED_AT_START = 2;

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
   * Migrates as the owner, waiting up to 20 s for a database that is starting too.
   *
   * @param enabled false in the run that makes a start-up cache, which has no database, and where
   *     somebody else migrates
   * @return whom statements run as
   */
  @Bean
  Login login(
      DatabaseProperties properties, @Value("${spring.flyway.enabled:true}") boolean enabled) {
    var owner = properties.owner();
    var runtime = properties.runtime();
    properties.migrate().requireEnabled(enabled);
    if (!enabled) {
      return runtime.orElse(owner);
    }
    var settings =
        Flyway.configure()
            .dataSource(properties.jdbcUrl(), owner.user(), owner.password())
            .locations("classpath:db/migration")
            .connectRetries(20)
            .connectRetriesInterval(1);
    var apart =
        Migrations.migrate(settings, runtime.map(Login::user).orElse(""), properties.migrate());
    return apart ? runtime.orElseThrow() : owner;
  }

  @Bean
  IdleConnections idleConnections() {
    return new IdleConnections();
  }

  /**
   * Only after the tables are there. Every wait is bounded: for a connection, for a row's lock, for
   * a statement.
   *
   * @param application names the connections to whoever looks at the server
   */
  @Bean(destroyMethod = "dispose")
  @ConditionalOnMissingBean
  ConnectionPool connectionPool(
      DatabaseProperties properties,
      Login login,
      IdleConnections idle,
      @Value("${spring.application.name}") String application) {
    var hosts = properties.hosts();
    var type = hosts.several() ? TargetServerType.PRIMARY : TargetServerType.ANY;
    return pool(new Servers(hosts, type, login, application), properties, idle);
  }

  /** Which servers, and how to sign in there. */
  private record Servers(
      DatabaseHosts hosts, TargetServerType type, Login login, String application) {}

  private static ConnectionPool pool(
      Servers servers, DatabaseProperties properties, IdleConnections idle) {
    var hosts = servers.hosts();
    var limit =
        hosts.several()
            ? HostConnections.PATIENCE.multipliedBy(hosts.all().size() + 1L)
            : CONNECT_TIMEOUT;
    return new ConnectionPool(
        ConnectionPoolConfiguration.builder(connections(servers, properties))
            .initialSize(0)
            .maxSize(properties.connections())
            // A retry would wait as long again; which connections are good is known before.
            .acquireRetry(0)
            .maxAcquireTime(properties.acquireTimeout())
            .maxCreateConnectionTime(limit)
            .maxIdleTime(IdleConnections.MAX_IDLE)
            .customizer(
                pool ->
                    pool.maxPendingAcquire(properties.waiting()).evictionPredicate(idle::isSpent))
            .build());
  }

  private static ConnectionFactory connections(Servers servers, DatabaseProperties properties) {
    var factories =
        servers.hosts().all().stream()
            .map(host -> new PostgresqlConnectionFactory(server(host, servers, properties)))
            .toList();
    if (!servers.hosts().several()) {
      return factories.getFirst();
    }
    return servers.type() == TargetServerType.PRIMARY
        ? HostConnections.toPrimary(factories)
        : HostConnections.toEach(factories);
  }

  private static PostgresqlConnectionConfiguration server(
      Host host, Servers servers, DatabaseProperties properties) {
    var server =
        PostgresqlConnectionConfiguration.builder()
            .connectTimeout(CONNECT_TIMEOUT)
            .database(properties.name())
            .username(servers.login().user())
            .password(servers.login().password())
            .applicationName(servers.application())
            .statementTimeout(properties.statementTimeout())
            .lockWaitTimeout(properties.statementTimeout())
            .loopResources(new WatchedLoops(properties.answerTimeout()))
            .tcpKeepAlive(true)
            .options(properties.options());
    if (servers.type() == TargetServerType.ANY) {
      server.host(host.name()).port(host.port());
    } else {
      server.addHost(host.name(), host.port()).targetServerType(servers.type());
    }
    var ca = properties.ca();
    if (ca != null) {
      server.sslMode(SSLMode.VERIFY_FULL).sslRootCert(ca.toString());
    }
    return server.build();
  }

  @Bean
  PoolMeters poolMeters(ConnectionPool pool, DatabaseProperties properties) {
    return new PoolMeters(pool, properties.name());
  }

  /**
   * Connected before anybody is told that this instance serves.
   *
   * @param login there is one only once the tables are there
   */
  @Bean
  Database database(
      ConnectionPool pool, DatabaseProperties properties, IdleConnections idle, Login login) {
    var database = new Database(pool, properties.answerTimeout(), idle::distrust);
    // As the migration does, it keeps the start waiting.
    database.warmUp(Math.min(CONNECTED_AT_START, properties.connections())).toFuture().join();
    return database;
  }

  /**
   * Where lists and the past are read.
   *
   * @param application names the connections to whoever looks at the server
   */
  @Bean
  Replicas replicas(
      Database database,
      DatabaseProperties properties,
      ReplicaProperties replicas,
      Login login,
      @Value("${spring.application.name}") String application,
      MeterRegistry meters) {
    var hosts = replicas.hosts(properties.port());
    if (hosts.isEmpty()) {
      return Replicas.none(database);
    }
    var idle = new IdleConnections();
    var pool =
        pool(new Servers(hosts.get(), TargetServerType.ANY, login, application), properties, idle);
    var limit = properties.answerTimeout().dividedBy(2);
    return new Replicas(
        database, new Database(pool, limit, idle::distrust), pool, replicas.readPatience(), meters);
  }

  @Bean
  DatabaseReadiness databaseReadiness(Database database) {
    return new DatabaseReadiness(database);
  }
}
