package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.gatehouse.orders.SseReader.Event;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events as they happen: each once, in order, to those who may see them. */
class StreamTest extends OrderServiceTest {

  /** A whole order, as a transaction of its own would write it. */
  private static final String APPEND =
      """
      select count(*) from generate_series(1, %d) n, lateral append_events(null, null, null, 201::smallint,
        array[gen_random_uuid()], array[0], array['%s'], array['PLACED'],
        array['{"currency":"EUR","total":1,"items":[["s","n",1,1]]}'], array[1],
        array['OrderPlaced'], array[2], array['{"customerId":"%2$s","currency":"EUR","items":[["s","n",1,1]]}'],
        'test', 'test', 'USER', 'req-' || n, 'test')
      """;

  @Test
  void stream_showsEachCallerWhatItMaySee() throws IOException {
    var bobsId = UUID.randomUUID().toString();
    try (var ofAda = listening(ada);
        var ofBob = listening(api(tokens.user(bobsId)));
        var ofAdmin = listening(admin);
        var ofService = listening(service)) {
      var id = ada.place();
      ada.post("/api/orders/" + id + "/payment", Api.PAYMENT).expect(200);
      var other = api(tokens.user(bobsId)).place();

      await().until(() -> ofAda.events().size() == 2 && ofBob.events().size() == 1);
      await().until(() -> ofAdmin.events().size() == 3 && ofService.events().size() == 3);
      assertThat(ofAda.events())
          .extracting(Event::orderId, Event::version, Event::type)
          .containsExactly(tuple(id, 1, "OrderPlaced"), tuple(id, 2, "OrderPaid"));
      assertThat(ofBob.events()).extracting(Event::orderId).containsExactly(other);
      assertThat(ofAdmin.events()).extracting(Event::orderId).containsExactly(id, id, other);
      assertThat(ofService.events()).isEqualTo(ofAdmin.events());
    }
  }

  @Test
  void stream_resumesWithoutGapOrRepeat_fromTheLastEventThatWasSeen() throws IOException {
    var placed = new ArrayList<String>();
    var seen = new ArrayList<Event>();
    var resume = "";
    for (var round = 0; round < 4; round++) {
      try (var reader = resume.isEmpty() ? listening(ada) : listening(ada, lastSeen(resume))) {
        var before = seen.size();
        IntStream.range(0, 5).forEach(_ -> placed.add(ada.place()));
        await().until(() -> before + reader.events().size() >= placed.size() - 2);
        reader.close();
        seen.addAll(reader.events());
        resume = reader.lastId();
      }
      placed.add(ada.place());
    }
    try (var reader = listening(ada, lastSeen(resume))) {
      await().until(() -> seen.size() + reader.events().size() >= placed.size());
      seen.addAll(reader.events());
    }

    assertThat(seen).extracting(Event::orderId).containsExactlyElementsOf(placed);
  }

  @Test
  void openTransaction_holdsFeedAndStreamBack_andThenEverythingComesOnceInOrder()
      throws IOException, SQLException {
    List<String> placed;
    List<Event> seen;
    try (var first = listening(ada);
        var connection = connection()) {
      var from = first.lastId();
      connection.setAutoCommit(false);
      execute(connection, APPEND.formatted(1, adaId));
      placed = IntStream.range(0, 10).mapToObj(_ -> ada.place()).toList();
      assertThat(feed(from)).isEmpty();
      // Another reader's end has come and gone: what was to come to the first would have come.
      try (var later = listening(ada)) {
        assertThat(later.lastId()).isEqualTo(from);
      }
      assertThat(first.events()).isEmpty();
      first.close();

      try (var second = listening(ada, lastSeen(first.lastId()))) {
        connection.commit();
        await().until(() -> second.events().size() >= 11);
        seen = List.copyOf(second.events());
      }
      assertThat(feed(from)).containsExactlyElementsOf(seen.stream().map(Event::orderId).toList());
    }

    assertThat(seen).hasSize(11);
    assertThat(seen.getFirst().orderId()).isNotIn(placed);
    assertThat(seen.subList(1, 11)).extracting(Event::orderId).containsExactlyElementsOf(placed);
  }

  @Test
  void slowReader_holdsNobodyUp_andMissesNothing() throws IOException, SQLException {
    var events = 12_000;
    try (var beginning = listening(ada);
        var slow = SseReader.idle(port, admin.token(), lastSeen(beginning.lastId()));
        var quick = listening(admin, lastSeen(beginning.lastId()));
        var connection = connection()) {
      for (var i = 0; i < 4; i++) {
        execute(connection, APPEND.formatted(events / 4, "somebody"));
      }
      var last = ada.place();
      await().atMost(Duration.ofSeconds(60)).until(() -> quick.events().size() > events);
      await()
          .untilAsserted(
              () ->
                  assertThat(beginning.events()).extracting(Event::orderId).containsExactly(last));
      slow.read();

      await().atMost(Duration.ofSeconds(60)).until(() -> slow.events().size() > events);
      assertThat(slow.events()).isEqualTo(quick.events());
      assertThat(slow.events()).extracting(Event::orderId).doesNotHaveDuplicates().endsWith(last);
    }
  }

  @Test
  void stream_ends_whenItsTokenDoes() throws IOException {
    var expiring =
        api(
            tokens.token(
                claims ->
                    claims.subject(adaId).expirationTime(Date.from(Instant.now().plusSeconds(3)))));
    try (var reader = listening(expiring)) {
      var id = ada.place();

      await().until(reader::ended);

      assertThat(reader.complete()).isTrue();
      assertThat(reader.events()).extracting(Event::orderId).containsExactly(id);
    }
  }

  @Test
  @Tag("drill")
  void stream_beatsItsHeart_whenNothingHappens() throws IOException {
    try (var reader = listening(ada)) {
      await().atMost(Duration.ofSeconds(20)).until(() -> reader.heartBeats() > 0);
    }
  }

  @Test
  void stream_isRefused_whenTheUserHoldsAsManyAsItMay_untilOneIsClosed() throws IOException {
    var readers = new ArrayList<SseReader>();
    try {
      for (var i = 0; i < 20; i++) {
        readers.add(listening(ada));
      }
      var refused = ada.get("/api/orders/stream").expect(429, "RATE_LIMITED");
      assertThat(refused.header("Retry-After")).isEqualTo("5");
      assertThat(refused.header("Content-Type")).isEqualTo("application/json");
      ada.send(ada.request("HEAD", "/api/orders/stream", null)).expect(200);
      readers.add(listening(bob));

      readers.removeFirst().close();

      await()
          .untilAsserted(
              () -> {
                var reader = new SseReader(port, ada.token());
                await().until(() -> reader.connected() || reader.ended());
                readers.add(reader);
                assertThat(reader.status()).isEqualTo("200");
              });
      ada.get("/api/orders/stream").expect(429, "RATE_LIMITED");
    } finally {
      for (var reader : readers) {
        reader.close();
      }
    }
  }

  @Test
  void stream_isRefused_whenItNeverCameToTheResumePoint() throws IOException {
    String last;
    try (var reader = listening(ada)) {
      last = reader.lastId();
    }
    var ahead = (Long.parseLong(last.substring(0, last.indexOf('.'))) + 1_000_000) + ".1";
    ada.get("/api/orders/stream", "Last-Event-ID", ahead).expect(409, "RESUME_POINT_UNKNOWN");
    ada.get("/api/orders/stream", "Last-Event-ID", "999999999999999999.999999999999999999")
        .expect(409, "RESUME_POINT_UNKNOWN");
    service.get("/feed?after=" + ahead).expect(409, "RESUME_POINT_UNKNOWN");
    for (var from : List.of(last, "0.0", "3.1")) {
      listening(ada, lastSeen(from)).close();
    }
  }

  /** As if a promoted standby had not had the last event, and wrote another in its place. */
  @Test
  void stream_endsAndIsRefused_whenWhatItShowedIsOfAnotherHistory()
      throws IOException, SQLException {
    try (var reader = listening(ada);
        var connection = connection()) {
      var id = ada.place();
      await().until(() -> reader.events().size() == 1);
      var seen = reader.lastId();
      execute(connection, "update events set timeline = 2 where order_id = '%s'".formatted(id));

      await().until(reader::ended);

      assertThat(reader.complete()).isTrue();
      ada.get("/api/orders/stream", "Last-Event-ID", seen).expect(409, "RESUME_POINT_UNKNOWN");
      service.get("/feed?after=" + seen).expect(409, "RESUME_POINT_UNKNOWN");
      ada.get("/api/orders/stream", "Last-Event-ID", seen + "-3")
          .expect(409, "RESUME_POINT_UNKNOWN");
      try (var next = listening(ada)) {
        assertThat(next.lastId()).isEqualTo(seen + "-2");
        listening(ada, lastSeen(next.lastId())).close();
        var later = ada.place();
        await().until(() -> next.events().size() == 1);
        assertThat(next.events()).extracting(Event::orderId).containsExactly(later);
      }
      assertThat(feed(seen + "-2")).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yesterday",
        "1",
        ".",
        "1.",
        ".1",
        "-1.1",
        "1.1.1",
        "1,1",
        "1.1 2.2",
        "%31.1",
        "1.1-",
        "1.1-0",
        "1.1--2"
      })
  void stream_isRefused_whenTheResumePointIsNone(String id) {
    ada.get("/api/orders/stream", "Last-Event-ID", id).expect(400, "VALIDATION_ERROR");
    ada.get("/api/orders/stream", "Last-Event-ID", id.repeat(100)).expect(400, "VALIDATION_ERROR");
    ada.get("/api/orders/stream", "Last-Event-ID", "1.1", "Last-Event-ID", "1.1")
        .expect(400, "VALIDATION_ERROR");
  }

  @Test
  void stream_isRefused_toStrangersAndUnknownPlaces() {
    ada.get("/api/orders/stream?since=1").expect(400, "VALIDATION_ERROR");
    api("").get("/api/orders/stream").expect(401, "UNAUTHENTICATED");
    var writer = api(tokens.token(claims -> claims.subject(adaId).claim("scope", "orders.write")));
    writer.get("/api/orders/stream").expect(403, "FORBIDDEN");
  }

  private SseReader listening(Api who, String... headers) throws IOException {
    var reader = new SseReader(port, who.token(), headers);
    await().until(() -> reader.connected() || reader.ended());
    assertThat(reader.status()).isEqualTo("200");
    return reader;
  }

  private static String lastSeen(String id) {
    return "Last-Event-ID: " + id;
  }

  /** The ids of this feed's orders after a position, as another service would page through it. */
  private List<String> feed(String after) {
    var ids = new ArrayList<String>();
    for (var from = after; ; ) {
      var page = service.get("/feed?limit=4&after=" + from).expect(200).json();
      if (page.get("items").isEmpty()) {
        return ids;
      }
      page.get("items").forEach(item -> ids.add(item.get("orderId").asString()));
      from = page.get("next").asString();
    }
  }

  private static Connection connection() throws SQLException {
    return DriverManager.getConnection(DATABASE.jdbcUrl(), DATABASE.user(), DATABASE.password());
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
