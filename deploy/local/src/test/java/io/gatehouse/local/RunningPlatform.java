package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.local.journey.PublicApi;
import io.gatehouse.local.journey.SignIn;
import io.gatehouse.local.platform.Home;
import io.gatehouse.local.platform.Running;
import io.gatehouse.local.platform.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;

/**
 * A whole platform, started the way {@code up} does, in a data folder of its own and on free ports.
 * Most tests share one: see {@link SharedPlatform}.
 */
final class RunningPlatform implements AutoCloseable {
  private static final List<String> BY_URL = List.of("check", "token");

  private final Home home;
  private final Map<String, String> environment;
  private final int port = freePort();
  private @Nullable ApiDocument document;
  private final Thread undo = new Thread(this::stop);

  private RunningPlatform(Path data, Map<String, String> environment) {
    this.home = Home.of(CommandLineRun.ROOT, data);
    this.environment = environment;
  }

  /**
   * Starts one afresh.
   *
   * @param data where its data and logs are; what an earlier run left there goes
   * @param environment what its services are told besides the shipped configuration
   */
  static RunningPlatform start(Path data, Map<String, String> environment) {
    var platform = new RunningPlatform(data, environment);
    platform.stop();
    try {
      FileSystemUtils.deleteRecursively(data);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    Runtime.getRuntime().addShutdownHook(platform.undo);
    platform.up();
    return platform;
  }

  /** Starts what is missing. */
  CommandLineRun up(String... options) {
    var command = new ArrayList<>(List.of("up", "--detach", "--port", String.valueOf(port)));
    command.addAll(List.of(options));
    return gatehouse(command.toArray(String[]::new)).succeeded();
  }

  /** Runs a command of {@code ./gatehouse} on this platform. */
  CommandLineRun gatehouse(String... arguments) {
    return gatehouse(Map.of(), arguments);
  }

  /** Runs a command with variables besides those that the platform was started with. */
  CommandLineRun gatehouse(Map<String, String> more, String... arguments) {
    var command = new ArrayList<>(List.of(arguments));
    command.addAll(
        BY_URL.contains(arguments[0])
            ? List.of("--url", url().toString())
            : List.of("--data", home.data().toString()));
    var variables = new HashMap<>(environment);
    variables.putAll(more);
    return CommandLineRun.of(variables, command);
  }

  /** Starts a command on this platform that stays in front. */
  Process start(String... arguments) throws IOException {
    var command = new ArrayList<>(List.of(arguments));
    command.addAll(List.of("--data", home.data().toString()));
    return CommandLineRun.start(environment, command);
  }

  /** Sees to it that at least so many instances of a service run. */
  void scale(String service, int instances) {
    up("--scale", service + "=" + instances);
  }

  URI url() {
    return URI.create("http://localhost:" + port);
  }

  /** The public API; an answer that the platform's own document does not describe is a failure. */
  PublicApi api() {
    return new PublicApi(url(), response -> document().judge(response));
  }

  /** The OpenAPI document of the whole platform, read once all services are in it. */
  synchronized ApiDocument document() {
    if (document == null) {
      document =
          await()
              .atMost(Duration.ofSeconds(30))
              .until(() -> ApiDocument.at(url()), ApiDocument::isWhole);
    }
    return document;
  }

  /** The address of somebody new, whose password is {@link Person#PASSWORD}. */
  String newAccount() {
    var email = UUID.randomUUID() + "@example.com";
    var person = Map.of("email", email, "name", "Somebody", "password", Person.PASSWORD);
    assertThat(api().post("/api/users", null, person).status()).isEqualTo(201);
    return email;
  }

  /** An access token of a demo account. */
  String personToken(String email) {
    return token(email, "correct-horse-battery");
  }

  /** An access token of somebody who signed up. */
  String token(String email, String password) {
    return new SignIn(url()).asUser(email, password);
  }

  /** An access token of the demo client, which may do everything in its four scopes. */
  String serviceToken() {
    return new SignIn(url()).asClient("demo-service", "demo-secret");
  }

  /** What runs or died, by name; for what is not to be reached through the door. */
  Running component(String name) {
    return Running.in(home).stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Everything that runs or died, but for helpers. */
  List<Running> components() {
    return Running.in(home).stream().filter(one -> one.port() > 0).toList();
  }

  /** The door's port for HTTPS. */
  int httpsPort() {
    return Settings.saved(home).orElseThrow().httpsPort();
  }

  /** Where a service's probes and metrics are, behind the door. */
  URI managementUrl(String name) {
    return URI.create("http://localhost:" + component(name).managementPort());
  }

  /** What a service that somebody else starts needs to be one of this platform. */
  Map<String, String> membership() {
    var secrets = new Properties();
    try (var in = Files.newBufferedReader(home.data().resolve("secrets.properties"))) {
      secrets.load(in);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return Map.of(
        "GATEHOUSE_PUBLIC_URL", url().toString(),
        "GATEHOUSE_DISCOVERY_URL",
            "http://127.0.0.1:%d/eureka/".formatted(component("discovery").port()),
        "GATEHOUSE_DISCOVERY_PASSWORD", secrets.getProperty("discovery"),
        "GATEHOUSE_DISCOVERY_PEER_PASSWORD", secrets.getProperty("discovery-peer"),
        "GATEHOUSE_DRAIN", environment.getOrDefault("GATEHOUSE_DRAIN", "5s"));
  }

  /** As a crash would. */
  void kill(String name) {
    var victim = component(name);
    assertThat(victim.isAlive()).isTrue();
    victim.process().signal("KILL");
    await().until(() -> !victim.isAlive());
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(undo);
    gatehouse("down").succeeded();
  }

  private void stop() {
    gatehouse("down");
  }

  /** Below the range from which the system gives ports to clients: those come and go. */
  static int freePort() {
    for (var attempt = 0; attempt < 100; attempt++) {
      var port = ThreadLocalRandom.current().nextInt(20_000, 30_000);
      try (var socket = new ServerSocket(port)) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // Another one.
      }
    }
    throw new IllegalStateException("no free port was found");
  }
}
