package io.gatehouse.orders;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Reads a stream of server-sent events in the background. */
final class SseReader implements AutoCloseable {
  private final RawClient client;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final Thread reading;
  private volatile String lastId = "";
  private volatile boolean connected;
  private volatile boolean ended;

  SseReader(int port, String token, String... headers) throws IOException {
    client = new RawClient(port);
    client.send(RawClient.request("GET", "/api/orders/stream", token, "", headers));
    reading = Thread.ofVirtual().start(this::read);
  }

  record Event(String id, String type, String orderId, int version) {}

  private void read() {
    try {
      var type = "";
      for (var line = client.line(); ; line = client.line()) {
        if (line.startsWith("HTTP/1.1 ") && !line.contains(" 200 ")) {
          throw new IOException(line);
        } else if (line.startsWith("id:")) {
          lastId = line.substring(3);
          connected = true;
        } else if (line.startsWith("event:")) {
          type = line.substring(6);
        } else if (line.startsWith("data:")) {
          var data = Api.JSON.readTree(line.substring(5));
          events.add(
              new Event(lastId, type, data.get("orderId").asString(), data.get("version").asInt()));
        } else if (line.equals("0")) {
          ended = true;
          return;
        }
      }
    } catch (IOException closed) {
      ended = true;
    }
  }

  List<Event> events() {
    return events;
  }

  String lastId() {
    return lastId;
  }

  boolean connected() {
    return connected;
  }

  boolean ended() {
    return ended;
  }

  @Override
  public void close() throws IOException {
    client.close();
    try {
      reading.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
