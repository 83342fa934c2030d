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

/** Events as they happen: each once, in order, to those who may see them. */
class StreamTest extends StreamFixture {
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

  private static Connection connection() throws SQLException {
    return DriverManager.getConnection(DATABASE.jdbcUrl(), DATABASE.user(), DATABASE.password());
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
