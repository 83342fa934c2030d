package io.gatehouse.auth;

import io.gatehouse.defaults.platform.DatabaseHosts;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/**
 * Reads {@code GATEHOUSE_DB_HOST}, which may name the members of a cluster, into the form that the
 * URL of the database has.
 */
final class DatabaseServers implements EnvironmentPostProcessor {

  private static final String AUTHORITY = "gatehouse.db-servers.authority";
  private static final String OPTIONS = "gatehouse.db-servers.options";

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException when the setting names no hosts; it says so
   */
  @Override
  public void postProcessEnvironment(
      ConfigurableEnvironment environment, SpringApplication application) {
    var _ = hosts(environment);
    environment.getPropertySources().addLast(new Servers(environment));
  }

  private static DatabaseHosts hosts(ConfigurableEnvironment environment) {
    return DatabaseHosts.of(
        environment.getProperty("GATEHOUSE_DB_HOST", "localhost"),
        environment.getProperty("GATEHOUSE_DB_PORT", Integer.class, 5432));
  }

  /** Reads when it is asked: sources may still come after this one, as those of tests do. */
  private static final class Servers extends PropertySource<String> {
    private final ConfigurableEnvironment environment;

    Servers(ConfigurableEnvironment environment) {
      // Not the environment as its source: Spring would look for properties in that again.
      super("databaseServers", "GATEHOUSE_DB_HOST");
      this.environment = environment;
    }

    @Override
    public @Nullable Object getProperty(String name) {
      return switch (name) {
        case AUTHORITY -> hosts(environment).toString();
        case OPTIONS -> hosts(environment).jdbcOptions();
        default -> null;
      };
    }
  }
}
