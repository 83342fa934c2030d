package io.gatehouse.auth;

import com.zaxxer.hikari.HikariDataSource;
import io.gatehouse.defaults.platform.Migrations;
import io.gatehouse.defaults.platform.Migrations.When;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.flywaydb.core.Flyway;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The tables, before anything uses them. */
@Configuration(proxyBeanMethods = false)
class SchemaConfiguration {
  /** Migrations may take longer than any request; the last of two values counts. */
  private static final String PATIENCE = "&socketTimeout=600";

  /**
   * Migrates as the owner, by connections of its own; then the pool, which has none yet, is to
   * connect as the runtime role.
   *
   * @param user of the runtime role, the owner's with {@code _runtime} when it is empty
   * @param password of the runtime role; when it is empty, statements run as the owner
   * @param environment says when migrations are made, as for the other services
   */
  @Bean
  FlywayMigrationStrategy migrations(
      HikariDataSource pool,
      @Value("${GATEHOUSE_DB_RUNTIME_USER:}") String user,
      @Value("${GATEHOUSE_DB_RUNTIME_PASSWORD:}") String password,
      Environment environment) {
    var when = when(environment);
    return flyway -> {
      var owner = pool.getUsername();
      var runtime = user.isBlank() ? owner + "_runtime" : user;
      var settings =
          Flyway.configure()
              .configuration(flyway.getConfiguration())
              .dataSource(url(pool), owner, pool.getPassword())
              .connectRetries(20)
              .connectRetriesInterval(1);
      if (Migrations.migrate(settings, password.isBlank() ? "" : runtime, when)) {
        pool.setUsername(runtime);
        pool.setPassword(password);
      }
    };
  }

  /**
   * Before any bean: without Flyway's there is no strategy, and the first that reads would tell.
   */
  @Bean
  static BeanFactoryPostProcessor migrationsThatMayBeMade(Environment environment) {
    var enabled = environment.getProperty("spring.flyway.enabled", Boolean.class, true);
    return _ -> when(environment).requireEnabled(enabled);
  }

  /** Bound, so that a value that means nothing is told with its key. */
  private static When when(Environment environment) {
    return Binder.get(environment).bind("gatehouse.db.migrate", When.class).orElse(When.START);
  }

  private static String url(HikariDataSource pool) {
    var url = new StringBuilder(pool.getJdbcUrl()).append(PATIENCE);
    pool.getDataSourceProperties()
        .forEach(
            (name, value) ->
                url.append('&')
                    .append(name)
                    .append('=')
                    .append(URLEncoder.encode(String.valueOf(value), StandardCharsets.UTF_8)));
    return url.toString();
  }
}
