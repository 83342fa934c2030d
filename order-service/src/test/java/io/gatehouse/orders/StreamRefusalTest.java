package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets no stream: too many of one user, a wrong resume point, a stranger. */
class StreamRefusalTest extends StreamFixture {
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
}
