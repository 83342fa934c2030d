package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Streams of events as clients read them. */
abstract class StreamFixture extends OrderServiceTest {
  SseReader listening(Api who, String... headers) throws IOException {
    var reader = new SseReader(port, who.token(), headers);
    await().until(() -> reader.connected() || reader.ended());
    assertThat(reader.status()).isEqualTo("200");
    return reader;
  }

  static String lastSeen(String id) {
    return "Last-Event-ID: " + id;
  }

  /** The ids of this feed's orders after a position, as another service would page through it. */
  List<String> feed(String after) {
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
}
