package io.gatehouse.orders;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Reads a stream of server-sent events in the background. */
final class SseReader implements AutoCloseable {
  private final RawClient client;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger heartBeats = new AtomicInteger();
  private final CountDownLatch patience = new CountDownLatch(1);
  private final Thread reading;
  private volatile String status = "";
  private volatile String lastId = "";
  private volatile boolean complete;
  private volatile boolean ended;

  SseReader(int port, String token, String... headers) throws IOException {
    this(new RawClient(port), token, headers);
    read();
  }

  private SseReader(RawClient client, String token, String... headers) throws IOException {
    this.client = client;
    client.send(RawClient.request("GET", "/api/orders/stream", token, "", headers));
    reading = Thread.ofVirtual().start(this::run);
  }

  /** Asks, but takes nothing from the connection until {@link #read}; its buffers are small. */
  static SseReader idle(int port, String token, String... headers) throws IOException {
    return new SseReader(RawClient.withReceiveBuffer(port, 4_096), token, headers);
  }

  void read() {
    patience.countDown();
  }

  record Event(String id, String type, String orderId, int version) {}

  private void run() {
    try {
      patience.await();
      status = client.line().substring(9, 12);
      for (var header = client.line(); !header.isEmpty(); header = client.line()) {}
      var type = "";
      var id = "";
      for (var line = client.chunkedLine(); line != null; line = client.chunkedLine()) {
        if (line.startsWith("id:")) {
          id = line.substring(3);
        } else if (line.startsWith("event:")) {
          type = line.substring(6);
        } else if (line.equals(":connected")) {
          lastId = id;
        } else if (line.equals(":")) {
          heartBeats.incrementAndGet();
        } else if (line.startsWith("data:")) {
          var data = Api.JSON.readTree(line.substring(5));
          events.add(
              new Event(id, type, data.get("orderId").asString(), data.get("version").asInt()));
          lastId = id;
        }
      }
      complete = true;
    } catch (IOException | InterruptedException closed) {
      // The connection is gone; what was read stays.
    } finally {
      ended = true;
    }
  }

  List<Event> events() {
    return events;
  }

  /** What a browser would send as {@code Last-Event-ID}. */
  String lastId() {
    return lastId;
  }

  String status() {
    return status;
  }

  int heartBeats() {
    return heartBeats.get();
  }

  boolean connected() {
    return !lastId.isEmpty();
  }

  boolean ended() {
    return ended;
  }

  /** The response was ended by the server as HTTP says, not by a broken connection. */
  boolean complete() {
    return complete;
  }

  @Override
  public void close() throws IOException {
    client.close();
    read();
    try {
      reading.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
