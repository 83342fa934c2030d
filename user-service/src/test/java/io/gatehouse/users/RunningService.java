package io.gatehouse.users;

import io.gatehouse.defaults.tokens.SigningKeys;
import io.gatehouse.testing.TcpProxy;
import io.gatehouse.testing.TestPostgres;
import io.gatehouse.testing.TestPostgres.Database;
import io.gatehouse.testing.TestRedis;
import io.gatehouse.testing.TestTokens;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.core.publisher.Mono;

/** The service on a random port; all tests of the module share this one context. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "eureka.client.enabled=false",
      "management.server.port=0",
      "gatehouse.drain=0s",
      "gatehouse.db.waiting=40",
      "gatehouse.db.acquire-timeout=2s",
      "gatehouse.db.statement-timeout=2s",
      "gatehouse.sign-in.first-delay=10ms",
      "gatehouse.sign-in.max-delay=320ms",
      "gatehouse.demo=true",
      "gatehouse.admin-email=Root@Example.com",
      "gatehouse.admin-password=first-admins-password"
    })
@Import(RunningService.Keys.class)
public abstract class RunningService {
  protected static final TestTokens TOKENS = new TestTokens();
  protected static final Database DATABASE = TestPostgres.newDatabase();
  protected static final TestRedis REDIS = TestRedis.started();

  /** The ways there, which tests may lose. */
  protected static final TcpProxy TO_DATABASE = new TcpProxy(DATABASE.port());

  protected static final TcpProxy TO_REDIS = new TcpProxy(REDIS.port());
  protected static final String PASSWORD = "correct-horse-battery";

  @LocalServerPort protected int port;

  static class Keys {
    @Bean
    SigningKeys signingKeys() {
      var keys = new SigningKeys(Mono.just(TOKENS.jwks()), Clock.systemUTC());
      keys.refresh().block();
      return keys;
    }
  }

  @DynamicPropertySource
  static void stores(DynamicPropertyRegistry properties) {
    properties.add("gatehouse.db.host", DATABASE::host);
    properties.add("gatehouse.db.port", TO_DATABASE::port);
    properties.add("gatehouse.db.name", DATABASE::name);
    properties.add("gatehouse.db.user", DATABASE::user);
    properties.add("gatehouse.db.password", DATABASE::password);
    properties.add("gatehouse.db.runtime-user", DATABASE::runtimeUser);
    properties.add("gatehouse.db.runtime-password", () -> Database.RUNTIME_PASSWORD);
    properties.add("gatehouse.redis.port", TO_REDIS::port);
  }

  /** A client without a token. */
  protected Api anyone() {
    return new Api(port, null);
  }

  protected Api as(String token) {
    return new Api(port, token);
  }

  protected Api asUser(String id) {
    return as(TOKENS.user(id));
  }

  protected Api asAdmin() {
    return as(TOKENS.admin(UUID.randomUUID().toString()));
  }

  protected Api asService() {
    return as(TOKENS.service("auth-server"));
  }

  /** Rows that a query of the test gives, one column of text. */
  protected static List<String> sql(String query) {
    try (var connection = connection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      var texts = new ArrayList<String>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  protected static void execute(String command) {
    try (var connection = connection();
        var statement = connection.createStatement()) {
      statement.execute(command);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  protected static Connection connection() throws SQLException {
    return DriverManager.getConnection(DATABASE.jdbcUrl(), DATABASE.user(), DATABASE.password());
  }

  protected static String newEmail() {
    return UUID.randomUUID() + "@example.com";
  }

  protected static Map<String, String> signUpBody(String email) {
    return Map.of("email", email, "name", "Test User", "password", PASSWORD);
  }

  /** A new user's id. */
  protected String signedUp(String email) {
    return anyone().post("/api/users", signUpBody(email)).is(201).text("/id");
  }

  protected String signedUp() {
    return signedUp(newEmail());
  }
}
