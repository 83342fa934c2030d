package io.gatehouse.auth;

import io.gatehouse.testing.TestPostgres.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes bytes on to a database, and can fall silent: no answer, no reset, no end. What was open or
 * is opened while it is silent stays so for ever, as behind a firewall that forgot it.
 */
final class SilentProxy implements AutoCloseable {
  private final ServerSocket server;
  private final Database target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Set<Socket> silenced = ConcurrentHashMap.newKeySet();
  private volatile boolean silent;

  SilentProxy(Database target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** The database as it is reached through here. */
  Database database() {
    return new Database(
        "localhost", server.getLocalPort(), target.name(), target.user(), target.password());
  }

  void fallSilent() {
    silent = true;
    silenced.addAll(sockets);
  }

  /** New connections are passed on again. */
  void speak() {
    silent = false;
  }

  private void accept() {
    try {
      while (true) {
        var client = server.accept();
        sockets.add(client);
        if (silent) {
          silenced.add(client);
          continue;
        }
        var upstream = new Socket(target.host(), target.port());
        sockets.add(upstream);
        Thread.ofVirtual().start(() -> pass(client, upstream));
        Thread.ofVirtual().start(() -> pass(upstream, client));
      }
    } catch (IOException closed) {
      // No more connections.
    }
  }

  private void pass(Socket from, Socket to) {
    var buffer = new byte[16_384];
    try (from;
        to) {
      var in = from.getInputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!silenced.contains(from)) {
          to.getOutputStream().write(buffer, 0, read);
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
