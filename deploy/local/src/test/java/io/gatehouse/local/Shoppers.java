package io.gatehouse.local;

import static org.awaitility.Awaitility.await;

import io.gatehouse.local.journey.JourneyFailed;
import io.gatehouse.local.journey.PublicApi;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Places one order after another until it is closed, and notes those that were acknowledged. */
final class Shoppers implements AutoCloseable {
  private final PublicApi api;
  private final String token;
  private final ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean placing = true;

  Shoppers(PublicApi api, String token) {
    this.api = api;
    this.token = token;
    this.thread = Thread.ofVirtual().start(this::place);
  }

  private void place() {
    while (placing) {
      try {
        var placed = api.post("/api/orders", token, NewOrder.BODY);
        if (placed.status() == 201) {
          acknowledged.add(placed.json().path("id").asString());
        }
      } catch (JourneyFailed noAnswer) {
        // Not acknowledged, so nothing is promised about it.
      }
    }
  }

  /** Returns once so many more orders were acknowledged. */
  void awaitOrders(int more) {
    var wanted = acknowledged.size() + more;
    await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged.size() >= wanted);
  }

  /** The ids of the orders that were answered with 201. */
  List<String> acknowledged() {
    return List.copyOf(acknowledged);
  }

  /** Places nothing more and waits for the last answer. */
  @Override
  public void close() {
    placing = false;
    try {
      thread.join(Duration.ofSeconds(30));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
