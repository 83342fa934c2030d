package io.gatehouse.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/** A TLS server that nobody should talk to: counts who turned away and who said something. */
public final class StrangeServer implements AutoCloseable {
  private final SSLServerSocket server;
  private final AtomicInteger turnedAway = new AtomicInteger();
  private final AtomicInteger talkedTo = new AtomicInteger();

  public StrangeServer(SSLContext certificate) {
    try {
      server =
          (SSLServerSocket)
              certificate
                  .getServerSocketFactory()
                  .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Clients that ended the handshake, or said nothing after it. */
  public int turnedAway() {
    return turnedAway.get();
  }

  /** Clients that trusted this server with a byte. */
  public int talkedTo() {
    return talkedTo.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try (var client = (SSLSocket) server.accept()) {
        client.setSoTimeout(5_000);
        (client.getInputStream().read() < 0 ? turnedAway : talkedTo).incrementAndGet();
      } catch (IOException refused) {
        turnedAway.incrementAndGet();
      }
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
