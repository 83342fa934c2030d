package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testing.TcpProxy;
import io.gatehouse.testing.TestPostgres.Database;
import io.gatehouse.testing.TestTokens;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Processes that die without a word, on a server that keeps what it has acknowledged. */
class CrashTest {
  private static final TestTokens TOKENS = new TestTokens();
  private static final Neighbours NEIGHBOURS = new Neighbours(TOKENS);
  private static final DurablePostgres POSTGRES = DurablePostgres.started();
  private static final String TOKEN = TOKENS.user(UUID.randomUUID().toString());

  @BeforeAll
  static void everyCommitIsFlushed() throws SQLException {
    try (var connection = POSTGRES.connect()) {
      for (var setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        assertThat(text(connection, "show " + setting)).as(setting).isEqualTo("on");
      }
    }
  }

  @AfterAll
  static void stop() {
    NEIGHBOURS.close();
    POSTGRES.close();
  }

  @Test
  void serviceKilledBetweenCommitAndAnswer_givesTheAnswerToTheRepeat() throws Exception {
    var key = UUID.randomUUID().toString();
    try (var proxy = new TcpProxy(POSTGRES.database().port());
        var connection = POSTGRES.connect()) {
      var direct = POSTGRES.database();
      var service =
          ServiceProcess.start(
              new Database(
                  "localhost", proxy.port(), direct.name(), direct.user(), direct.password()),
              NEIGHBOURS);
      // The customer's key is known from now on: the next order is one statement.
      api(service).place();
      try (var client = new RawClient(service.port())) {
        proxy.mute();
        client.send(OrderLoad.request(TOKEN, key));
        await()
            .until(
                () ->
                    text(connection, "select count(*) from idempotency where key = '" + key + "'")
                        .equals("1"));
        service.kill();
      }
      var committed =
          text(connection, "select order_ids[1] from idempotency where key = '" + key + "'");

      try (var restarted = ServiceProcess.start(direct, NEIGHBOURS)) {
        var body = Api.ORDER.replace("book-1", key);
        var repeated = api(restarted).post("/api/orders", body, "Idempotency-Key", key).expect(201);
        assertThat(repeated.id()).isEqualTo(committed);
        assertThat(repeated.header("Idempotent-Replayed")).isEqualTo("true");
        assertThat(text(connection, "select count(*) from events where data like '%" + key + "%'"))
            .isEqualTo("1");

        databaseKilledUnderLoad_losesAndDoublesNothing(restarted);
        serviceThatStops_endsItsStreams(restarted);
      }
    }
  }

  /** The same process serves for all, as starting one is what takes time. */
  private static void databaseKilledUnderLoad_losesAndDoublesNothing(ServiceProcess service)
      throws IOException, SQLException {
    var limit = Duration.ofSeconds(60);
    try (var load = new OrderLoad(service.port(), TOKEN, 16)) {
      await().atMost(limit).until(() -> load.acknowledged() > 300);
      POSTGRES.kill();
      var before = load.acknowledged();
      POSTGRES.restart();
      await().atMost(limit).until(() -> load.acknowledged() > before + 300);
      load.close();

      assertThat(load.unknown()).isPositive();
      load.repeatUnknown();
      try (var connection = POSTGRES.connect()) {
        assertThat(text(connection, "show fsync")).isEqualTo("on");
        load.assertNothingIsLostOrDoubled(connection);
      }
      assertThat(service.rebuild()).contains("\"wrong\":0").contains("\"strangers\":0");
    }
  }

  private static void serviceThatStops_endsItsStreams(ServiceProcess service) throws IOException {
    try (var reader = new SseReader(service.port(), TOKEN)) {
      await().until(reader::connected);

      service.close();

      await().until(reader::ended);
      assertThat(reader.complete()).isTrue();
    }
  }

  /** Readiness does not wait for the issuer's keys, so this does. */
  private static Api api(ServiceProcess service) {
    var api = new Api(URI.create("http://localhost:" + service.port()), TOKEN);
    await().until(() -> api.get("/api/orders").status() == 200);
    return api;
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "";
    }
  }
}
