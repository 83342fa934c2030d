package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.gatehouse.auth.AuthServerTest.Tokens;
import io.gatehouse.testing.TcpProxy;
import io.gatehouse.testing.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A database that neither answers nor goes: every wait ends on our side. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SilentDatabaseTest {
  private static final Duration SOON = Duration.ofMinutes(1);

  /** What the gateway gives a call by default, in milliseconds. */
  private static final long DEADLINE = 5_000;

  private static final String SESSION =
      Base64.getEncoder()
          .encodeToString(
              "01234567-89ab-cdef-0123-456789abcdef".getBytes(StandardCharsets.US_ASCII));

  private TcpProxy proxy;
  private Instance server;

  @BeforeAll
  void start() {
    var direct = TestPostgres.newDatabase();
    proxy = new TcpProxy(direct.port());
    server =
        Instance.start(
            new TestPostgres.Database(
                // A cluster of two, the first of which is down.
                "localhost:1,localhost:" + proxy.port(),
                5432,
                direct.name(),
                direct.user(),
                direct.password()));
  }

  @AfterAll
  void stop() {
    server.close();
    proxy.close();
  }

  @Test
  void calls_duringASilence_are503_andTheServerComesBackByItself() {
    var refresh =
        Map.of("grant_type", "refresh_token", "client_id", "console", "refresh_token", "x");
    assertThat(token()).isEqualTo(200);

    proxy.lose();

    var revocation = introspect();
    assertThat(revocation.statusCode()).isEqualTo(503);
    assertThat(revocation.headers().firstValue("Retry-After")).contains("1");
    assertThat(AuthServerTest.JSON.readTree(revocation.body()).path("error").asString(""))
        .isEqualTo("temporarily_unavailable");
    var page =
        server
            .program()
            .with("Accept", "text/html")
            .with("Cookie", "SESSION=" + SESSION)
            .get("/login");
    assertThat(page.statusCode()).isEqualTo(503);
    assertThat(page.body()).startsWith("<!doctype html>").contains("Not available right now");
    // What needs no database goes on.
    assertThat(server.program().get("/login").statusCode()).isEqualTo(200);
    assertThat(server.program().get("/oauth2/jwks").statusCode()).isEqualTo(200);
    assertThat(token()).isEqualTo(200);
    assertThat(server.program().post("/oauth2/token", refresh).statusCode()).isEqualTo(400);
    assertThat(readiness()).isEqualTo(200);

    proxy.find();

    await().atMost(SOON).until(() -> introspect().statusCode() == 200);
    // The silent connections are gone: no call meets one any more.
    for (int i = 0; i < 20; i++) {
      assertThat(introspect().statusCode()).isEqualTo(200);
    }
  }

  @Test
  void connections_toWhatBecameAStandby_areThrownAway_andCallsAre503UntilThen()
      throws SQLException {
    var pool = server.context().getBean(HikariDataSource.class);
    var held = new ArrayList<Connection>();
    for (int i = 0; i < pool.getMaximumPoolSize(); i++) {
      var connection = taken(pool);
      held.add(connection);
      try (var statement = connection.createStatement()) {
        statement.execute("set default_transaction_read_only = on");
      }
    }
    for (var connection : held) {
      connection.close();
    }

    var statuses = new ArrayList<Integer>();
    do {
      statuses.add(deviceAuthorization().statusCode());
    } while (statuses.getLast() == 503 && statuses.size() <= held.size());

    assertThat(statuses).startsWith(503).endsWith(200).containsOnly(503, 200);
  }

  /**
   * A pool that grows gives up on whoever waits, as it is to; on a busy machine it grows slowly.
   */
  private static Connection taken(HikariDataSource pool) {
    return await()
        .atMost(SOON)
        .ignoreExceptionsInstanceOf(SQLTransientConnectionException.class)
        .until(pool::getConnection, _ -> true);
  }

  private java.net.http.HttpResponse<String> deviceAuthorization() {
    return server
        .program()
        .post("/oauth2/device_authorization", Map.of("client_id", "cli", "scope", "openid"));
  }

  @Test
  void malformedHost_stopsTheStart_namingTheKey() {
    var database = TestPostgres.newDatabase();
    assertThatThrownBy(
            () ->
                Instance.start(
                    new TestPostgres.Database(
                        "a,,b", 5432, database.name(), database.user(), database.password())))
        .hasMessageContaining("GATEHOUSE_DB_HOST");
  }

  @Test
  void waits_endBeforeTheGatewaysDeadline() {
    var pool = server.context().getBean(HikariDataSource.class);
    var socket = Pattern.compile("[?&]socketTimeout=([0-9]+)").matcher(pool.getJdbcUrl());

    assertThat(socket.find()).isTrue();
    long statement = Duration.ofSeconds(Long.parseLong(socket.group(1))).toMillis();
    assertThat(pool.getConnectionTimeout() + statement).isPositive().isLessThan(DEADLINE);
    assertThat(pool.getValidationTimeout()).isLessThan(pool.getConnectionTimeout());
  }

  private int token() {
    return server
        .program()
        .withBasic("demo-service", "demo-secret")
        .post("/oauth2/token", AuthServerTest.CLIENT_CREDENTIALS)
        .statusCode();
  }

  /** Asks the database whether a token was revoked. */
  private java.net.http.HttpResponse<String> introspect() {
    var caller = server.program().withBasic("demo-service", "demo-secret");
    var token = Tokens.of(caller.post("/oauth2/token", AuthServerTest.CLIENT_CREDENTIALS)).access();
    return caller.post("/oauth2/introspect", Map.of("token", token));
  }

  private int readiness() {
    return new Browser(server.managementPort()).get("/actuator/health/readiness").statusCode();
  }
}
