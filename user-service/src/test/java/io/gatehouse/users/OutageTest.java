package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.users.Api.Answer;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalManagementPort;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class OutageTest extends RunningService {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Generous: it is the end of a hang, and no measure. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Autowired ConnectionPool pool;
  @Autowired MeterRegistry meters;
  @LocalManagementPort int managementPort;

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

    await().atMost(PATIENCE).until(() -> asAdmin().get("/api/users?id=" + id).status() == 200);
    IntStream.range(0, 20).forEach(_ -> asAdmin().get("/api/users?id=" + id).is(200));
  }

  /** No RST, no FIN: what is on the way is lost, and so is all that is sent after it. */
  @Test
  void silentDatabase_answers503_isNotReady_andLeavesNoDeadConnectionBehind() {
    var id = signedUp();
    inParallel(20).forEach(answer -> answer.is(200));
    var management = new Api(managementPort, null);
    management.get("/actuator/health/readiness").is(200);
    TO_DATABASE.lose();
    try {
      inParallel(15).forEach(answer -> answer.isError(503, "SERVICE_UNAVAILABLE"));
      asUser(id)
          .put("/api/users/" + id, Map.of("email", newEmail(), "name", "Lost"))
          .isError(503, "SERVICE_UNAVAILABLE");
      await()
          .atMost(PATIENCE)
          .until(() -> management.get("/actuator/health/readiness").status() == 503);
      management.get("/actuator/health/liveness").is(200);
    } finally {
      TO_DATABASE.find();
    }

    await()
        .atMost(PATIENCE)
        .until(() -> inParallel(20).stream().allMatch(answer -> answer.status() == 200));
    await()
        .atMost(PATIENCE)
        .until(() -> management.get("/actuator/health/readiness").status() == 200);
    // PostgreSQL itself would end a connection that never signs in, after a minute.
    await().atMost(Duration.ofSeconds(30)).until(() -> TO_DATABASE.open() <= 10);
    await().atMost(PATIENCE).until(() -> pool.getMetrics().orElseThrow().acquiredSize() == 0);
  }

  @Test
  void silentRedis_isNotWaitedFor_andNobodyReadsAnOlderVersion() {
    var id = signedUp();
    asUser(id).get("/api/users/me").is(200);
    TO_REDIS.lose();
    try {
      asUser(id).put("/api/users/" + id, Map.of("email", newEmail(), "name", "New")).is(200);
      assertThat(asUser(id).get("/api/users/me").is(200).text("/name")).isEqualTo("New");
    } finally {
      TO_REDIS.find();
    }
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              assertThat(asUser(id).get("/api/users/me").is(200).text("/name")).isEqualTo("New");
              return meters.get("users.cache.answering").gauge().value() == 1
                  && meters.get("users.cache.unrepaired.keys").gauge().value() == 0;
            });
  }

  private List<Answer> inParallel(int count) {
    var calls =
        IntStream.range(0, count)
            .mapToObj(_ -> asAdmin().sendAsync("GET", "/api/users?email=" + newEmail(), null))
            .toList();
    return calls.stream().map(CompletableFuture::join).toList();
  }
}
