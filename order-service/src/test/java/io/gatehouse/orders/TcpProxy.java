package io.gatehouse.orders;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Passes bytes on to a port, and can keep its answers back for ever, or lose its connections
 * without closing them, as a firewall does that forgot them.
 */
final class TcpProxy implements AutoCloseable {
  private final ServerSocket server;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<AtomicBoolean> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean mute;
  private volatile boolean lost;

  TcpProxy(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** From now on requests get through, and answers do not. */
  void mute() {
    mute = true;
  }

  /** From now on no byte gets through, neither on open connections nor on new ones. */
  void lose() {
    lost = true;
    connections.forEach(connection -> connection.set(true));
  }

  /** New connections are served again; those that were lost stay so. */
  void find() {
    lost = false;
  }

  private void accept() {
    try {
      while (true) {
        var client = server.accept();
        var upstream = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(client);
        sockets.add(upstream);
        var silent = new AtomicBoolean(lost);
        connections.add(silent);
        Thread.ofVirtual().start(() -> pass(client, upstream, false, silent));
        Thread.ofVirtual().start(() -> pass(upstream, client, true, silent));
      }
    } catch (IOException closed) {
      // No more connections.
    }
  }

  private void pass(Socket from, Socket to, boolean answers, AtomicBoolean silent) {
    var buffer = new byte[16_384];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (!silent.get() && (!answers || !mute)) {
          to.getOutputStream().write(buffer, 0, n);
        }
      }
    } catch (IOException closed) {
      // Both ends are closed with it.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (var socket : sockets) {
        socket.close();
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
