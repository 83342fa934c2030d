package io.gatehouse.defaults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import redis.embedded.RedisServer;

/** A real Redis on a free port, one per call; stop it or let the JVM's end do so. */
public final class TestRedis implements AutoCloseable {
  private final RedisServer server;
  private final int port;

  private TestRedis(int port) {
    this.port = port;
    this.server =
        RedisServer.builder()
            .port(port)
            .bind("127.0.0.1")
            .setting("save \"\"")
            .setting("appendonly no")
            .build();
  }

  public static TestRedis started() {
    return startedOn(freePort());
  }

  /** For tests that bring a stopped Redis back where it was. */
  public static TestRedis startedOn(int port) {
    var redis = new TestRedis(port);
    redis.server.start();
    Runtime.getRuntime().addShutdownHook(new Thread(redis::close));
    return redis;
  }

  public int port() {
    return port;
  }

  @Override
  public void close() {
    server.stop();
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
