package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Clients that place orders as fast as they can and note which of them were acknowledged. */
final class OrderLoad implements AutoCloseable {
  private final int port;
  private final String token;
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();
  private final Set<String> unknown = ConcurrentHashMap.newKeySet();
  private final List<Thread> clients;
  private volatile boolean stopping;

  OrderLoad(int port, String token, int clients) {
    this.port = port;
    this.token = token;
    this.clients =
        IntStream.range(0, clients).mapToObj(_ -> Thread.ofVirtual().start(this::run)).toList();
  }

  /** The order that this key placed is the one with its sku. */
  static byte[] request(String token, String key) {
    return RawClient.request(
        "POST", "/api/orders", token, Api.ORDER.replace("book-1", key), "Idempotency-Key: " + key);
  }

  int acknowledged() {
    return acknowledged.size();
  }

  int unknown() {
    return unknown.size();
  }

  private void run() {
    RawClient client = null;
    while (!stopping) {
      var key = UUID.randomUUID().toString();
      try {
        client = client == null ? new RawClient(port) : client;
        client.send(request(token, key));
        note(key, client.receive());
      } catch (IOException broken) {
        unknown.add(key);
        client = closed(client);
      }
    }
    closed(client);
  }

  private void note(String key, RawClient.Answer answer) {
    if (answer.status() == 201) {
      acknowledged.put(key, Api.JSON.readTree(answer.body()).get("id").asString());
    } else {
      unknown.add(key);
    }
  }

  private static @Nullable RawClient closed(@Nullable RawClient client) {
    try {
      if (client != null) {
        client.close();
      }
    } catch (IOException broken) {
      // It is gone all the same.
    }
    return null;
  }

  /**
   * Repeats what was not acknowledged, as its caller would: again after each 503, which a
   * connection that was cut while it waited in the pool still brings. Each has its order in the
   * end, whether it had one before or not.
   */
  void repeatUnknown() throws IOException {
    try (var client = new RawClient(port)) {
      for (var key : unknown) {
        if (!isTaken(client, key)) {
          await().atMost(Duration.ofSeconds(30)).until(() -> isTaken(client, key));
        }
      }
    }
  }

  private boolean isTaken(RawClient client, String key) throws IOException {
    client.send(request(token, key));
    var answer = client.receive();
    assertThat(answer.status()).as(answer.body()).isIn(201, 503);
    note(key, answer);
    return answer.status() == 201;
  }

  /** Everything acknowledged is there, and nothing is there twice. */
  void assertNothingIsLostOrDoubled(Connection connection) throws SQLException {
    var stored = new HashMap<String, String>();
    try (var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "select data::jsonb->'items'->0->>0, order_id::text from events"
                    + " where type = 'OrderPlaced' and schema = 2")) {
      while (row.next()) {
        var sku = row.getString(1);
        var twice = stored.put(sku, row.getString(2));
        if (acknowledged.containsKey(sku) || unknown.contains(sku)) {
          assertThat(twice).as("an order placed twice by one key").isNull();
        }
      }
    }
    assertThat(stored).containsAllEntriesOf(acknowledged);
  }

  /** Stops and waits for the answers that are due. */
  @Override
  public void close() {
    stopping = true;
    clients.forEach(
        client -> {
          try {
            client.join();
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
