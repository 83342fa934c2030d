package io.gatehouse.gateway.upstreams;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A server that says exactly the bytes that a test wants, on each request of each connection. */
final class RawServer implements AutoCloseable {
  private final ServerSocket listening;
  private final Exchange exchange;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();

  /** Answers one request; an IOException ends the connection. */
  interface Exchange {
    void answer(String requestHead, OutputStream out) throws IOException;
  }

  RawServer(Exchange exchange) throws IOException {
    this.exchange = exchange;
    this.listening = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** Answers each request with these bytes. */
  static RawServer saying(String bytes) throws IOException {
    return new RawServer((_, out) -> out.write(latin1(bytes)));
  }

  static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How many connections were made so far. */
  int connections() {
    return connections.get();
  }

  void awaitClosed() {
    Awaitility.await().until(open::isEmpty);
  }

  private void accept() {
    try {
      while (true) {
        var socket = listening.accept();
        connections.incrementAndGet();
        open.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException _) {
      // Closed.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      for (var head = head(socket.getInputStream());
          !head.isEmpty();
          head = head(socket.getInputStream())) {
        exchange.answer(head, socket.getOutputStream());
        socket.getOutputStream().flush();
      }
    } catch (IOException _) {
      // The other side left, or the test wants it closed.
    } finally {
      open.remove(socket);
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new StringBuilder();
    for (var next = in.read(); next >= 0; next = in.read()) {
      head.append((char) next);
      if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
        return head.toString();
      }
    }
    return "";
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (var socket : open) {
      socket.close();
    }
  }
}
