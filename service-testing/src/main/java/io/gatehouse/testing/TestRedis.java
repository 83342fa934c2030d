package io.gatehouse.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import redis.embedded.RedisServer;
import redis.embedded.RedisServerBuilder;

/** A real Redis on a free port, one per call; stop it or let the JVM's end do so. */
public final class TestRedis implements AutoCloseable {
  private final RedisServer server;
  private final int port;

  private TestRedis(int port) {
    this(port, builder().port(port));
  }

  private TestRedis(int port, RedisServerBuilder builder) {
    this.port = port;
    this.server = builder.build();
  }

  private static RedisServerBuilder builder() {
    return RedisServer.builder().bind("127.0.0.1").setting("save \"\"").setting("appendonly no");
  }

  /** Speaks TLS and nothing else. */
  public static TestRedis startedWith(TestCertificates.Folder tls) {
    var port = freePort();
    return started(
        new TestRedis(
            port,
            builder()
                .port(0)
                .setting("tls-port " + port)
                .setting("tls-cert-file " + tls.certificate())
                .setting("tls-key-file " + tls.key())
                .setting("tls-auth-clients no")));
  }

  public static TestRedis started() {
    return startedOn(freePort());
  }

  /** For tests that bring a stopped Redis back where it was. */
  public static TestRedis startedOn(int port) {
    return started(new TestRedis(port));
  }

  private static TestRedis started(TestRedis redis) {
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
