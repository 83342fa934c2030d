package io.gatehouse.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Passes bytes on to a port, and can keep its answers back for ever, or lose its connections
 * without closing them, as a firewall does that forgot them: no RST, no FIN, no answer.
 */
public final class TcpProxy implements AutoCloseable {
  private final ServerSocket server;
  private volatile int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<AtomicBoolean> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean losing;
  private volatile boolean mute;
  private volatile boolean cut;

  /** Listens on a free port of the loopback. */
  public TcpProxy(int target) {
    try {
      this.target = target;
      this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** New connections go to this port from now on. */
  public void passTo(int port) {
    target = port;
  }

  /** From now on requests get through, and answers do not. */
  public void mute() {
    mute = true;
  }

  /** Connections whose client has not closed them. */
  public int open() {
    return open.get();
  }

  /** From now on no byte gets through, neither on open connections nor on new ones. */
  public void lose() {
    losing = true;
    connections.forEach(silent -> silent.set(true));
  }

  /** New connections are served again; those that were lost stay so. */
  public void find() {
    losing = false;
  }

  /** Ends every connection, and each new one at once. */
  public void cut() {
    cut = true;
    closeAll();
  }

  /** New connections are passed on again. */
  public void mend() {
    cut = false;
  }

  private void accept() {
    try {
      while (true) {
        connect(server.accept());
      }
    } catch (IOException closed) {
      // No more connections.
    }
  }

  private void connect(Socket client) throws IOException {
    if (cut) {
      client.close();
      return;
    }
    try {
      var upstream = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(client);
      sockets.add(upstream);
      var silent = new AtomicBoolean(losing);
      connections.add(silent);
      open.incrementAndGet();
      Thread.ofVirtual()
          .start(
              () -> {
                pass(client, upstream, false, silent);
                open.decrementAndGet();
              });
      Thread.ofVirtual().start(() -> pass(upstream, client, true, silent));
    } catch (IOException refused) {
      client.close();
    }
  }

  private void pass(Socket from, Socket to, boolean answers, AtomicBoolean silent) {
    var buffer = new byte[16_384];
    try (from;
        to) {
      var in = from.getInputStream();
      for (var n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (!silent.get() && !(answers && mute)) {
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
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    closeAll();
  }

  private void closeAll() {
    try {
      for (var socket : sockets) {
        socket.close();
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    sockets.clear();
  }
}
