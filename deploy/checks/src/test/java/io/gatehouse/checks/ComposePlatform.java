package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The platform of docker-compose.yml, built from a copy of this checkout without what a machine
 * left behind in it, under a project name and on ports of its own.
 */
final class ComposePlatform implements AutoCloseable {
  private static final String PROJECT = "gatehouse-drill";

  /** {@code local}: stand-ins for the base images, where no image registry is reachable. */
  private static final boolean LOCAL_BASES = "local".equals(System.getenv("GATEHOUSE_DRILL_BASES"));

  private final Path copy;
  private final List<String> compose;
  private final URI url;

  private ComposePlatform(Path copy, List<String> compose, URI url) {
    this.copy = copy;
    this.compose = compose;
    this.url = url;
  }

  /** Builds the images; skips the calling test where no Docker engine answers. */
  static ComposePlatform built() throws IOException {
    var engine = Checkout.run("docker", "version", "--format", "{{.Server.Version}}");
    assumeTrue(engine.code() == 0, "skipped: no Docker engine answers on this machine");
    var old = Checkout.run("docker-compose", "version", "--short").code() == 0;
    var compose = old ? List.of("docker-compose") : List.of("docker", "compose");

    var copy = Files.createTempDirectory("gatehouse-compose");
    var url = URI.create("https://localhost:" + freePort());
    var platform = new ComposePlatform(copy, compose, url);
    platform.run(
        "bash",
        "-c",
        "cd '"
            + Checkout.ROOT
            + "' && git ls-files -z -co --exclude-standard"
            + " | xargs -0 tar -c --ignore-failed-read | tar -x -C '"
            + copy
            + "'");
    platform.run("deploy/docker/make-env", url.toString());
    platform.set("COMPOSE_PROJECT_NAME=" + PROJECT, "VERSION=drill", "HTTP_PORT=" + freePort());
    platform.set("PROMETHEUS_PORT=" + freePort(), "GRAFANA_PORT=" + freePort());
    if (LOCAL_BASES) {
      platform.run("bash", "-c", "deploy/docker/local-bases >> .env");
    }
    platform.compose("build");
    return platform;
  }

  URI url() {
    return url;
  }

  Path file(String relative) {
    return copy.resolve(relative);
  }

  /** Starts, or changes over to, what these Compose files say; two of each scalable service. */
  void up(String... files) {
    var command = new ArrayList<String>();
    for (var file : files) {
      Collections.addAll(command, "-f", file);
    }
    Collections.addAll(command, "up", "-d", "--no-build");
    Collections.addAll(command, "--scale", "user-service=2", "--scale", "order-service=2");
    command.addAll(Manifests.SERVICES);
    command.add("prometheus");
    if (!LOCAL_BASES) {
      command.add("grafana");
    }
    compose(command.toArray(String[]::new));
  }

  /** The ids of a service's containers. */
  List<String> containers(String service) {
    return compose("ps", "-q", service).lines().filter(line -> !line.isBlank()).toList();
  }

  String compose(String... arguments) {
    var command = new ArrayList<>(compose);
    Collections.addAll(command, arguments);
    return run(command.toArray(String[]::new));
  }

  /** Runs a program in the copy; it must succeed within half an hour. */
  String run(String... command) {
    try {
      var output = Files.createTempFile("gatehouse-drill", ".out");
      try {
        var process =
            new ProcessBuilder(command)
                .directory(copy.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        var ended = process.waitFor(30, TimeUnit.MINUTES);
        if (!ended) {
          process.destroyForcibly();
        }
        assertThat(ended && process.exitValue() == 0)
            .as(String.join(" ", command) + "\n" + Files.readString(output))
            .isTrue();
        return Files.readString(output);
      } finally {
        Files.delete(output);
      }
    } catch (IOException failed) {
      throw new AssertionError(String.join(" ", command), failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  private void set(String... variables) throws IOException {
    Files.write(copy.resolve(".env"), List.of(variables), StandardOpenOption.APPEND);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() {
    compose("down", "--volumes", "--remove-orphans");
    run("rm", "-rf", copy.toString());
  }
}
