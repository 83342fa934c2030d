package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.users.Api.Answer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.r2dbc.pool.ConnectionPool;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class OutageTest extends RunningService {
  private static final Duration SOON = Duration.ofSeconds(5);

  @Autowired ConnectionPool pool;

  @Test
  void lockedRow_answers503_andTheChangeIsNotDoneLater() throws SQLException {
    var id = signedUp();
    var body = Map.of("email", newEmail(), "name", "Late");
    try (var connection = connection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("select from users where id = '" + id + "' for update");

      asUser(id).put("/api/users/" + id, body).isError(503, "SERVICE_UNAVAILABLE");
      connection.rollback();
    }

    assertThat(asUser(id).get("/api/users/me").is(200).header("ETag")).isEqualTo("\"1\"");
    asUser(id).put("/api/users/" + id, body).is(200);
  }

  @Test
  void exhaustedPool_answers503Quickly_andRecovers() {
    var id = signedUp();
    var size = pool.getMetrics().orElseThrow().getMaxAllocatedSize();
    var held = Flux.range(0, size).flatMap(_ -> pool.create(), size).collectList().block(SOON);
    var answers = new ArrayList<CompletableFuture<Answer>>();
    try {
      // One more than may wait: the last is refused at once, the others when their wait is over.
      for (var i = 0; i <= pool.getMetrics().orElseThrow().getMaxPendingAcquireSize(); i++) {
        answers.add(asAdmin().sendAsync("GET", "/api/users?email=" + newEmail(), null));
      }
      for (var answer : answers) {
        var refused = answer.join().isError(503, "SERVICE_UNAVAILABLE");
        assertThat(refused.header("Retry-After")).isNotNull();
      }
    } finally {
      held.forEach(connection -> Mono.from(connection.close()).block(SOON));
    }

    asAdmin().get("/api/users?id=" + id).is(200);
    assertThat(pool.getMetrics().orElseThrow().pendingAcquireSize()).isZero();
    await().until(() -> pool.getMetrics().orElseThrow().acquiredSize() == 0);
  }

  @Test
  void lostConnections_areReplaced() {
    var id = signedUp();
    execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
            + " where application_name = 'user-service' and datname = current_database()");

    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> asAdmin().get("/api/users?id=" + id).status() == 200);
    IntStream.range(0, 20).forEach(_ -> asAdmin().get("/api/users?id=" + id).is(200));
  }

  @Test
  void hungRedis_isNotWaitedFor_andNobodyReadsAnOlderVersion() {
    var id = signedUp();
    asUser(id).get("/api/users/me").is(200);
    var client = RedisClient.create("redis://localhost:" + REDIS.port());
    try (var connection = client.connect()) {
      connection
          .sync()
          .dispatch(
              CommandType.CLIENT,
              new StatusOutput<>(StringCodec.UTF8),
              new CommandArgs<>(StringCodec.UTF8).add("PAUSE").add(1500).add("ALL"));

      var started = System.nanoTime();
      asUser(id).put("/api/users/" + id, Map.of("email", newEmail(), "name", "New")).is(200);
      assertThat(asUser(id).get("/api/users/me").is(200).text("/name")).isEqualTo("New");
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(1));
    } finally {
      client.shutdown();
    }
    IntStream.range(0, 10)
        .forEach(
            _ ->
                assertThat(asUser(id).get("/api/users/me").is(200).text("/name")).isEqualTo("New"));
  }
}
