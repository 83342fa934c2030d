package io.gatehouse.local.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A real Redis that keeps its data over restarts. */
final class Redis {
  static final String NAME = "redis";
  private static final String VERSION = "redis-server-7.0.15";

  private final Home home;
  private final Secrets secrets;

  Redis(Home home, Secrets secrets) {
    this.home = home;
    this.secrets = secrets;
  }

  Running start(int port) {
    var program = program().resolve("redis-server");
    var configuration = home.run().resolve("redis.conf");
    var data = home.data().resolve("redis");
    try {
      Files.createDirectories(data);
      // In a file of its owner's, because a command line can be read by everybody.
      Secrets.writePrivately(
          configuration,
          """
          bind 127.0.0.1
          port %d
          requirepass %s
          dir "%s"
          appendonly yes
          appendfsync everysec
          save ""
          maxmemory 128mb
          maxmemory-policy allkeys-lru
          """
              .formatted(port, secrets.password(NAME), data));
    } catch (IOException failed) {
      throw new Failure("Cannot write " + data + ": " + Failure.reason(failed), failed);
    }
    var process =
        OsProcess.launch(
            List.of(program.toString(), configuration.toString()), Map.of(), home.log(NAME));
    var running = new Running(NAME, NAME, process, port, 0, "");
    running.save(home);
    return running;
  }

  boolean isReady(Running running) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), running.port()), 500);
      socket.setSoTimeout(1000);
      var out = socket.getOutputStream();
      out.write(
          "AUTH %s\r\nPING\r\n"
              .formatted(secrets.password(NAME))
              .getBytes(StandardCharsets.US_ASCII));
      var answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      return "+OK\r\n+PONG\r\n".equals(answer);
    } catch (IOException notYet) {
      return false;
    }
  }

  static void stop(OsProcess process) {
    process.stop("TERM", Duration.ofSeconds(10));
  }

  private Path program() {
    var system = System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
    var arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    var machine = "aarch64".equals(arch) ? "arm64" : "amd64";
    var name = "%s-%s-%s".formatted(VERSION, system, machine);
    return Archives.once(
        home.cache().resolve(name),
        draft -> {
          try (var in = Redis.class.getResourceAsStream("/" + name)) {
            if (in == null) {
              throw new IOException("there is no " + name + " among the dependencies");
            }
            Programs.write(in, draft.resolve("redis-server"));
          }
        });
  }
}
