package io.gatehouse.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * A real PostgreSQL 18 for tests, one server per JVM: a container where a Docker engine answers
 * (and {@code GATEHOUSE_TESTS_EMBEDDED} is not set), the embedded binaries where none does.
 */
public final class TestPostgres {
  private static final String RUNTIME = "_runtime";
  private static final AtomicInteger DATABASES = new AtomicInteger();

  private TestPostgres() {}

  /** A new, empty database of its own, its role for services' statements, and how to reach it. */
  public static Database newDatabase() {
    var name = "test" + DATABASES.incrementAndGet();
    var server = Holder.SERVER;
    try (var connection =
            DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
        var statement = connection.createStatement()) {
      statement.execute("create database " + name);
      statement.execute(
          "create role %s login password '%s'"
              .formatted(name + RUNTIME, Database.RUNTIME_PASSWORD));
    } catch (SQLException failed) {
      throw new IllegalStateException("cannot create the test database " + name, failed);
    }
    return new Database(server.host(), server.port(), name, server.user(), server.password());
  }

  /** A server of its own that offers TLS with this certificate, its superuser's database. */
  public static Secured securedBy(TestCertificates.Folder tls) {
    try {
      var server =
          EmbeddedPostgres.builder()
              .setServerConfig("ssl", "on")
              .setServerConfig("ssl_cert_file", tls.certificate().toString())
              .setServerConfig("ssl_key_file", tls.key().toString())
              .start();
      return new Secured(
          server, new Database("localhost", server.getPort(), "postgres", "postgres", "postgres"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** A server that offers TLS; close it. */
  public record Secured(EmbeddedPostgres server, Database database) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  /**
   * A database.
   *
   * @param user the owner of what services make there, and a superuser: for the tests' own
   *     statements
   */
  public record Database(String host, int port, String name, String user, String password) {
    /** Of the role that services' statements run as. */
    public static final String RUNTIME_PASSWORD = "runtime";

    /** The role that services' statements run as. */
    public String runtimeUser() {
      return name + RUNTIME;
    }

    public String jdbcUrl() {
      return "jdbc:postgresql://%s:%d/%s".formatted(host, port, name);
    }

    /** The environment that every Gatehouse service reads. */
    public Map<String, String> environment() {
      return Map.of(
          "GATEHOUSE_DB_HOST", host,
          "GATEHOUSE_DB_PORT", String.valueOf(port),
          "GATEHOUSE_DB_NAME", name,
          "GATEHOUSE_DB_USER", user,
          "GATEHOUSE_DB_PASSWORD", password,
          "GATEHOUSE_DB_RUNTIME_USER", runtimeUser(),
          "GATEHOUSE_DB_RUNTIME_PASSWORD", RUNTIME_PASSWORD);
    }
  }

  private static final class Holder {
    static final Database SERVER = dockerAnswers() ? container() : embedded();

    private static boolean dockerAnswers() {
      return System.getenv("GATEHOUSE_TESTS_EMBEDDED") == null
          && DockerClientFactory.instance().isDockerAvailable();
    }

    private static Database container() {
      // Stopped by Testcontainers' reaper when the JVM ends.
      var container =
          new PostgreSQLContainer("postgres:18")
              .withCommand("postgres", "-c", "fsync=off", "-c", "max_connections=200");
      container.start();
      return new Database(
          container.getHost(),
          container.getMappedPort(5432),
          container.getDatabaseName(),
          container.getUsername(),
          container.getPassword());
    }

    private static Database embedded() {
      try {
        // Registers its own shutdown hook.
        var server = EmbeddedPostgres.builder().setServerConfig("max_connections", "200").start();
        return new Database("localhost", server.getPort(), "postgres", "postgres", "postgres");
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }
}
