package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testing.TcpProxy;
import io.gatehouse.testing.TestPostgres;
import io.gatehouse.testing.TestPostgres.Database;
import io.gatehouse.testing.TestTokens;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A database that neither answers nor hangs up: nobody waits for it without end. */
class SilentDatabaseTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void lostConnections_areThrownAway_andEverybodyIsTold() throws Exception {
    var tokens = new TestTokens();
    var direct = TestPostgres.newDatabase();
    try (var neighbours = new Neighbours(tokens);
        var proxy = new TcpProxy(direct.port());
        var service =
            ServiceProcess.start(
                new Database(
                    "localhost", proxy.port(), direct.name(), direct.user(), direct.password()),
                neighbours,
                "-Dgatehouse.streams.heart-beat=100ms",
                "-Dgatehouse.db.statement-timeout=1500ms")) {
      var ada = service.api(tokens.user(UUID.randomUUID().toString()));
      var known = ada.place();
      try (var stream = new SseReader(service.port(), ada.token())) {
        await().atMost(LIMIT).until(stream::connected);

        proxy.lose();

        var placements =
            IntStream.range(0, 8)
                .mapToObj(_ -> ada.async(ada.request("POST", "/api/orders", Api.ORDER)))
                .toList();
        var read = ada.async(ada.request("GET", "/api/orders/" + known, null));
        placements.stream().map(CompletableFuture::join).forEach(SilentDatabaseTest::isUnavailable);
        isUnavailable(read.join());
        await().atMost(LIMIT).until(() -> !service.isReady());
        var beats = stream.heartBeats();
        await().atMost(LIMIT).until(() -> stream.heartBeats() > beats + 3);
        assertThat(stream.ended()).isFalse();

        proxy.find();

        await().atMost(LIMIT).until(service::isReady);
        var placed = ada.place();
        await()
            .atMost(LIMIT)
            .until(() -> stream.events().stream().anyMatch(e -> e.orderId().equals(placed)));
      }
    }
  }

  private static void isUnavailable(Api.Answer answer) {
    answer.expect(503, "SERVICE_UNAVAILABLE");
    assertThat(answer.header("Retry-After")).isNotEmpty();
  }
}
