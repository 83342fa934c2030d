package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testing.TestPostgres.Database;
import io.gatehouse.testing.TestTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A primary that dies, and a standby that takes its place. */
@Tag("drill")
class FailoverTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final TestTokens TOKENS = new TestTokens();
  private static final Neighbours NEIGHBOURS = new Neighbours(TOKENS);
  private static final String TOKEN = TOKENS.user(UUID.randomUUID().toString());
  private static final String ADMIN = TOKENS.admin(UUID.randomUUID().toString());

  private static final String EVENTS =
      "select string_agg(order_id || ' ' || version, ',' order by xid, position) from events";

  private final List<DurablePostgres> servers = new ArrayList<>();

  @AfterAll
  static void stop() {
    NEIGHBOURS.close();
  }

  @Test
  void promotion_losesAndDoublesNothing_andStreamsGoOnWithoutGapOrRepeat() throws Exception {
    try {
      var primary = started(DurablePostgres.started());
      var standby = started(primary.standby());
      primary.waitForStandby();
      try (var service = ServiceProcess.start(cluster(), NEIGHBOURS);
          var load = new OrderLoad(service.port(), TOKEN, 16);
          var own = new SseReader(service.port(), TOKEN, "Last-Event-ID: 0.0");
          var all = new SseReader(service.port(), ADMIN, "Last-Event-ID: 0.0")) {
        await().atMost(LIMIT).until(() -> load.acknowledged() > 300 && all.events().size() > 300);
        var seen = all.events().get(all.events().size() - 100);

        primary.kill();
        standby.promote();

        var before = load.acknowledged();
        await().atMost(LIMIT).until(() -> load.acknowledged() > before + 300);
        load.close();
        assertThat(load.unknown()).isPositive();
        load.repeatUnknown();
        try (var connection = standby.connect()) {
          load.assertNothingIsLostOrDoubled(connection);
        }
        assertThat(service.rebuild()).contains("\"wrong\":0").contains("\"strangers\":0");

        var events = List.of(standby.text(EVENTS).split(","));
        await().atMost(LIMIT).until(() -> all.events().size() >= events.size());
        await().atMost(LIMIT).until(() -> own.events().size() >= events.size());
        assertThat(told(all)).isEqualTo(events);
        assertThat(told(own)).isEqualTo(events);
        assertThat(all.lastId()).as("of the second timeline").endsWith("-2");
        try (var resumed = new SseReader(service.port(), ADMIN, "Last-Event-ID: " + seen.id())) {
          var rest = events.subList(all.events().indexOf(seen) + 1, events.size());
          await().atMost(LIMIT).until(() -> resumed.events().size() >= rest.size());
          assertThat(told(resumed)).isEqualTo(rest);
        }
      }
    } finally {
      servers.forEach(DurablePostgres::close);
    }
  }

  @Test
  void readerThatSawWhatTheStandbyNeverHad_isTold() throws Exception {
    try {
      var primary = started(DurablePostgres.started());
      var standby = started(primary.standby());
      try (var service = ServiceProcess.start(cluster(), NEIGHBOURS)) {
        var ada = service.api(TOKEN);
        await().atMost(LIMIT).until(() -> ada.get("/api/orders").status() == 200);
        var kept = ada.place();
        await().atMost(LIMIT).until(() -> standby.text(EVENTS).contains(kept));
        try (var reader = new SseReader(service.port(), TOKEN, "Last-Event-ID: 0.0")) {
          await().atMost(LIMIT).until(() -> reader.events().size() == 1);
          var shared = reader.lastId();
          standby.kill();
          var lost = List.of(ada.place(), ada.place(), ada.place());
          await().atMost(LIMIT).until(() -> reader.events().size() == 4);
          var ahead = reader.lastId();

          primary.kill();
          standby.restart();
          standby.promote();

          await().atMost(LIMIT).until(() -> ada.post("/api/orders", Api.ORDER).status() == 201);
          var placed = new ArrayList<String>();
          for (var i = 0; i < 5; i++) {
            placed.add(ada.place());
          }
          await().atMost(LIMIT).until(reader::ended);
          assertThat(reader.complete()).isTrue();
          assertThat(reader.events())
              .extracting(SseReader.Event::orderId)
              .doesNotContainAnyElementsOf(placed);
          ada.get("/api/orders/stream", "Last-Event-ID", ahead).expect(409, "RESUME_POINT_UNKNOWN");
          try (var again = new SseReader(service.port(), TOKEN, "Last-Event-ID: " + shared)) {
            await().atMost(LIMIT).until(() -> again.events().size() >= 6);
            assertThat(again.events())
                .extracting(SseReader.Event::orderId)
                .endsWith(placed.toArray(String[]::new))
                .doesNotContainAnyElementsOf(lost);
          }
        }
      }
    } finally {
      servers.forEach(DurablePostgres::close);
    }
  }

  private DurablePostgres started(DurablePostgres server) {
    servers.add(server);
    return server;
  }

  private Database cluster() {
    var any = servers.getFirst().database();
    var hosts = servers.stream().map(server -> "localhost:" + server.database().port()).toList();
    return new Database(
        String.join(",", hosts), any.port(), any.name(), any.user(), any.password());
  }

  private static List<String> told(SseReader reader) {
    return reader.events().stream().map(event -> event.orderId() + " " + event.version()).toList();
  }
}
