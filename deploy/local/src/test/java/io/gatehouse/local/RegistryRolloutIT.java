package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.local.drill.OpenLoad;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two registries of one platform, replaced one after the other under an open load. {@code ./mvnw
 * -Pdrills,-after-the-services -pl deploy/local verify -Dit.test=RegistryRolloutIT}; {@code
 * -Ddrill.rounds=N} replaces 3.
 */
@Tag("drill")
class RegistryRolloutIT {
  private static final Path DATA = Path.of("target/registry-drill");
  private static final int ROUNDS = Integer.getInteger("drill.rounds", 3);
  private static final int SETTLED = 300;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final int port = RunningPlatform.freePort();
  private final int managementPort = RunningPlatform.freePort();
  private final Map<String, String> told =
      Map.of(
          "GATEHOUSE_DISCOVERY_PEERS",
          address(port),
          // The command line tells services of its own registry; here they are told of both.
          "SPRING_APPLICATION_JSON",
          """
          {"eureka":{"client":{"service-url":{"defaultZone":"${GATEHOUSE_DISCOVERY_URL},%s"}}}}"""
              .formatted(address(port)));
  private RunningPlatform platform;
  private @Nullable Process second;

  @BeforeEach
  void start() throws Exception {
    platform = RunningPlatform.start(DATA, told);
    startSecond();
  }

  @AfterEach
  void stop() throws Exception {
    stopSecond();
    platform.close();
  }

  @Test
  void rolloutOfBoth_losesNoRequest() throws Exception {
    var token = platform.serviceToken();
    try (var load = new OpenLoad(platform.url())) {
      load.every(Duration.ofMillis(40), () -> request("/api/orders?limit=1", token));
      load.every(Duration.ofMillis(40), () -> request("/api/users?limit=1", token));
      load.every(
          Duration.ofMillis(80),
          () ->
              request("/api/orders", token)
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString(NewOrder.JSON)));
      assertThat(load.settles(SETTLED, Duration.ofMinutes(3))).isTrue();
      load.forget();

      for (var round = 1; round <= ROUNDS; round++) {
        platform.gatehouse("restart", "discovery").succeeded();
        awaitAll(platform.component("discovery").port());
        assertThat(load.refused()).as("the first, round %d", round).isEmpty();
        stopSecond();
        startSecond();
        awaitAll(port);
        assertThat(load.refused()).as("the second, round %d", round).isEmpty();
      }
      load.stop();

      assertThat(load.refused()).isEmpty();
      System.out.printf("%d rounds, %d requests, 0 failed%n", ROUNDS, load.sent());
    }
  }

  private void startSecond() throws IOException {
    var jar = CommandLineRun.ROOT.resolve("discovery/target/discovery-1.0.0-SNAPSHOT.jar");
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    var process =
        new ProcessBuilder(java.toString(), "-Xmx64m", "-jar", jar.toString())
            .redirectErrorStream(true)
            .redirectOutput(DATA.resolve("logs/discovery-second.log").toFile());
    var variables = process.environment();
    variables.putAll(platform.membership());
    variables.put("GATEHOUSE_DISCOVERY_PEERS", address(platform.component("discovery").port()));
    variables.put("SERVER_PORT", String.valueOf(port));
    variables.put("SERVER_ADDRESS", "127.0.0.1");
    variables.put("MANAGEMENT_SERVER_PORT", String.valueOf(managementPort));
    second = process.start();
    await()
        .atMost(Duration.ofMinutes(2))
        .ignoreExceptions()
        .until(
            () ->
                HTTP.send(
                            HttpRequest.newBuilder(
                                    URI.create(
                                        "http://127.0.0.1:%d/actuator/health/readiness"
                                            .formatted(managementPort)))
                                .build(),
                            BodyHandlers.discarding())
                        .statusCode()
                    == 200);
  }

  private void stopSecond() throws InterruptedException {
    if (second != null) {
      second.destroy();
      assertThat(second.waitFor(1, TimeUnit.MINUTES)).isTrue();
      second = null;
    }
  }

  /** Until the registry knows an instance of every service that registers. */
  private void awaitAll(int registry) {
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .until(
            () -> {
              var known = instances(registry);
              return Stream.of("auth-server", "user-service", "order-service", "gateway")
                  .allMatch(name -> known.contains(name.toUpperCase(Locale.ROOT)));
            });
  }

  private String instances(int registry) throws IOException, InterruptedException {
    var credentials = "gatehouse:" + platform.membership().get("GATEHOUSE_DISCOVERY_PASSWORD");
    var basic = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    return HTTP.send(
            HttpRequest.newBuilder(URI.create(address(registry) + "apps"))
                .header("Accept", "application/json")
                .header("Authorization", "Basic " + basic)
                .build(),
            BodyHandlers.ofString())
        .body();
  }

  private HttpRequest.Builder request(String path, String token) {
    return HttpRequest.newBuilder(platform.url().resolve(path))
        .header("Authorization", "Bearer " + token);
  }

  private static String address(int port) {
    return "http://127.0.0.1:%d/eureka/".formatted(port);
  }
}
