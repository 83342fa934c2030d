package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A service has so many places: what is asked beyond them is refused, and nothing else is. */
class SheddingTest extends GatewayFixture {
  private static final int STREAMS = 100;
  private static final Duration WAIT = Duration.ofSeconds(60);

  @Test
  void streamsBeyondAServicesPlaces_areShed_andAllOthersAnswered() {
    await().atMost(WAIT).until(() -> upstreams.inFlight("order-service") == 0);
    var served = Sinks.<Void>empty();
    ORDERS.answering(
        (_, response) -> served.asMono().then(response.sendString(Mono.just("late")).then()));
    var places = upstreams.limit("order-service");
    var shedBefore = upstreams.shed("order-service");
    var token = "Bearer " + TOKENS.service("many");
    var clients = new ArrayList<Http2Wire>();
    var statuses = new HashMap<String, Integer>();
    try {
      while (clients.size() * STREAMS <= places) {
        clients.add(Http2Wire.connected(https.port()));
      }
      for (var client : clients) {
        for (var i = 0; i < STREAMS; i++) {
          client.request(2 * i + 1, true, "GET", "/api/orders", "authorization", token);
        }
        client.flush();
      }
      var beyond = clients.size() * STREAMS - places;
      await().atMost(WAIT).until(() -> upstreams.shed("order-service") - shedBefore == beyond);
      var _ = served.tryEmitEmpty();

      for (var client : clients) {
        for (var head : heads(client)) {
          statuses.merge(head.get(":status"), 1, Integer::sum);
          assertThat(head.get("retry-after"))
              .isEqualTo(head.get(":status").equals("503") ? "1" : null);
        }
      }
      assertThat(statuses).isEqualTo(Map.of("200", places, "503", beyond));
    } finally {
      var _ = served.tryEmitEmpty();
      clients.forEach(Http2Wire::close);
    }
  }

  /** The heads of all answers, once every stream has ended. */
  private static List<Map<String, String>> heads(Http2Wire client) {
    var heads = new ArrayList<Map<String, String>>();
    for (var ended = 0; ended < STREAMS; ) {
      var frame = client.next().orElseThrow();
      if (!frame.head().isEmpty()) {
        heads.add(frame.head());
      }
      if (frame.stream() > 0 && frame.endsStream()) {
        ended++;
      }
    }
    return heads;
  }
}
