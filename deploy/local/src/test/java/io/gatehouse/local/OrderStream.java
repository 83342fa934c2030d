package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client of {@code GET /api/orders/stream} that takes up where it was whenever it connects again.
 */
final class OrderStream {
  private static final JsonMapper JSON = new JsonMapper();

  private final URI url;
  private final List<String> events = Collections.synchronizedList(new ArrayList<>());
  private volatile @Nullable String resumePoint;
  private volatile boolean connected;
  private @Nullable String id;
  private @Nullable String data;

  OrderStream(URI platform) {
    this.url = platform.resolve("/api/orders/stream");
  }

  /** Reads in the background until the stream ends; returns once it is connected. */
  void connect(String token) throws IOException, InterruptedException {
    connected = false;
    var request = HttpRequest.newBuilder(url).header("Authorization", "Bearer " + token);
    var point = resumePoint;
    if (point != null) {
      request.header("Last-Event-ID", point);
    }
    var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    var answer = client.send(request.build(), BodyHandlers.ofLines());
    assertThat(answer.statusCode()).isEqualTo(200);
    Thread.ofVirtual()
        .start(
            () -> {
              try (client;
                  var lines = answer.body()) {
                lines.forEach(this::read);
              } catch (UncheckedIOException cut) {
                // The server went away; what was read was read.
              }
            });
    await().atMost(Duration.ofSeconds(10)).until(() -> connected);
  }

  /** An event counts once its blank line came; one cut off before that comes again. */
  private void read(String line) {
    if (line.startsWith("id:")) {
      id = line.substring(3).strip();
    } else if (line.startsWith("data:")) {
      data = line.substring(5);
    } else if (line.equals(":connected")) {
      connected = true;
    } else if (line.isEmpty()) {
      if (data != null) {
        var event = JSON.readTree(data);
        events.add(event.path("orderId").asString() + " " + event.path("version").asInt());
      }
      resumePoint = id;
      data = null;
    }
  }

  /** Everything read so far, in its order: {@code order version}. */
  List<String> events() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }
}
