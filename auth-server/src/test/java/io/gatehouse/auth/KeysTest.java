package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.defaults.TestPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/** Two instances over one database, with a short calendar: rotation, restart, shared sessions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeysTest {
  private static final Duration LEAD = Duration.ofSeconds(6);

  /** How old a verifier's copy of the keys may be: well below the lead, as in production. */
  private static final Duration COPY = LEAD.dividedBy(2);

  private final TestPostgres.Database database = TestPostgres.newDatabase();
  private final ConfigurableApplicationContext first = start();
  private final ConfigurableApplicationContext second = start();

  private ConfigurableApplicationContext start(String... changes) {
    var properties = new LinkedHashMap<String, Object>(database.environment());
    properties.put("server.port", 0);
    properties.put("management.server.port", 0);
    properties.put("eureka.client.enabled", false);
    properties.put("gatehouse.demo", true);
    properties.put("gatehouse.drain", "0s");
    properties.put("gatehouse.gateway-secret", "gateway-secret");
    properties.put("gatehouse.order-service-secret", "order-secret");
    properties.put("gatehouse.keys.lead", LEAD.toSeconds() + "s");
    properties.put("gatehouse.keys.reload", "300ms");
    properties.put("gatehouse.key-encryption-key", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    properties.put(
        "spring.cloud.discovery.client.simple.instances.user-service[0].uri",
        "http://localhost:" + AuthServerTest.USERS.server.port());
    for (int i = 0; i < changes.length; i += 2) {
      properties.put(changes[i], changes[i + 1]);
    }
    var arguments = properties.entrySet().stream().map(p -> "--" + p.getKey() + "=" + p.getValue());
    return SpringApplication.run(AuthServerApplication.class, arguments.toArray(String[]::new));
  }

  @AfterAll
  void stop() {
    second.close();
    first.close();
  }

  private static int port(ConfigurableApplicationContext server, String name) {
    return server.getEnvironment().getRequiredProperty("local." + name + ".port", Integer.class);
  }

  private static Browser program(ConfigurableApplicationContext server) {
    return new Browser(port(server, "server"));
  }

  private static String accessToken(ConfigurableApplicationContext server) {
    return AuthServerTest.Tokens.of(
            program(server)
                .withBasic("demo-service", "demo-secret")
                .post("/oauth2/token", AuthServerTest.CLIENT_CREDENTIALS))
        .access();
  }

  private static boolean isActive(ConfigurableApplicationContext server, String token) {
    var answer =
        program(server)
            .withBasic("demo-service", "demo-secret")
            .post("/oauth2/introspect", Map.of("token", token));
    return AuthServerTest.JSON.readTree(answer.body()).path("active").asBoolean();
  }

  private static List<String> published(ConfigurableApplicationContext server) {
    return AuthServerTest.JSON
        .readTree(program(server).get("/oauth2/jwks").body())
        .path("keys")
        .valueStream()
        .map(key -> key.path("kid").asString(""))
        .collect(Collectors.toList());
  }

  private static String keyOf(String token) {
    try {
      return SignedJWT.parse(token).getHeader().getKeyID();
    } catch (ParseException malformed) {
      throw new AssertionError(token, malformed);
    }
  }

  private static JsonNode keysCommand(ConfigurableApplicationContext server, String method) {
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://localhost:" + port(server, "management") + "/actuator/keys"))
                  .header("Content-Type", "application/json")
                  .method(method, HttpRequest.BodyPublishers.ofString("{}"))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      return AuthServerTest.JSON.readTree(answer.body()).path("keys");
    } catch (java.io.IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  @Test
  void keys_surviveARestart_andLieEncrypted() {
    var token = accessToken(first);

    try (var restarted = start()) {
      assertThat(published(restarted)).contains(keyOf(token));
      assertThat(isActive(restarted, token)).isTrue();
    }
    var stored =
        first
            .getBean(org.springframework.jdbc.core.simple.JdbcClient.class)
            .sql("select encode(private_key, 'escape') from signing_key limit 1")
            .query(String.class)
            .single();
    assertThat(stored).doesNotContain("kty").doesNotContain("\"d\"");
  }

  @Test
  void rotation_isPublishedBeforeUse_byBothInstances_andFailsNoToken() throws Exception {
    var old = accessToken(first);
    var rotated = new AtomicBoolean();
    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var runs =
          Stream.of(first, second)
              .map(
                  server ->
                      callers.submit(
                          () -> useTokensOf(server, server == first ? second : first, rotated)))
              .toList();

      var shown = keysCommand(first, "POST");

      var next = newest(shown);
      assertThat(next).isNotEqualTo(keyOf(old));
      await().until(() -> published(second).contains(next));
      await()
          .atMost(LEAD.plusSeconds(10))
          .until(() -> Stream.of(first, second).allMatch(s -> keyOf(accessToken(s)).equals(next)));
      rotated.set(true);
      for (var run : runs) {
        assertThat(run.get(30, TimeUnit.SECONDS)).contains(keyOf(old), next);
      }
      assertThat(published(first)).contains(keyOf(old), next);
    }

    assertThat(idOf(keysCommand(second, "GET"), "RETIRING")).isEqualTo(keyOf(old));
    assertThat(isActive(first, old)).isTrue();
    assertThat(isActive(second, old)).isTrue();
  }

  @Test
  void key_isForgotten_onceTheLastTokenUnderItHasExpired() {
    var next = newest(keysCommand(first, "POST"));
    assertThat(published(first)).hasSizeGreaterThan(1);

    // As if the successor had taken over an hour ago.
    first
        .getBean(org.springframework.jdbc.core.simple.JdbcClient.class)
        .sql("update signing_key set signs_from = signs_from - interval '1 hour'")
        .update();

    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () ->
                Stream.of(first, second)
                    .allMatch(server -> published(server).equals(List.of(next))));
    assertThat(isActive(second, accessToken(first))).isTrue();
  }

  /**
   * Makes tokens at one instance and checks each at the other, and with an older copy of the keys.
   */
  private static Set<String> useTokensOf(
      ConfigurableApplicationContext issuer,
      ConfigurableApplicationContext verifier,
      AtomicBoolean rotated) {
    var used = new HashSet<String>();
    var copied = System.nanoTime();
    var copy = published(verifier);
    do {
      if (System.nanoTime() - copied > COPY.dividedBy(2).toNanos()) {
        copied = System.nanoTime();
        copy = published(verifier);
      }
      var token = accessToken(issuer);
      // On a machine that stalled, the copy may have become older than any verifier's is.
      if (System.nanoTime() - copied < COPY.toNanos()) {
        assertThat(copy).contains(keyOf(token));
      }
      assertThat(isActive(verifier, token)).isTrue();
      used.add(keyOf(token));
    } while (!rotated.get() || used.size() < 2);
    return used;
  }

  private static String newest(JsonNode keys) {
    return keys.path(keys.size() - 1).path("id").asString("");
  }

  private static String idOf(JsonNode keys, String state) {
    return keys.valueStream()
        .filter(key -> key.path("state").asString("").equals(state))
        .map(key -> key.path("id").asString(""))
        .reduce((_, last) -> last)
        .orElseThrow(() -> new AssertionError("no " + state + " key in " + keys));
  }

  @Test
  void errorsOfTheManagementPort_haveTheErrorBodyToo() {
    var answer =
        new Browser(port(first, "management")).with("X-Request-Id", "my-id.2").get("/nothing");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body())
        .contains("\"error\":{\"code\":\"NOT_FOUND\"", "\"requestId\":\"my-id.2\"");
  }

  @Test
  void start_underAnotherEncryptionKey_stopsWithASentence() {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () ->
                start(
                    "gatehouse.key-encryption-key", "QUJDREVGMDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODk="))
        .hasStackTraceContaining("GATEHOUSE_KEY_ENCRYPTION_KEY is not the key");
  }

  @Test
  void start_withAShortEncryptionKey_stopsWithASentence() {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> start("gatehouse.key-encryption-key", "c2hvcnQ="))
        .hasStackTraceContaining("GATEHOUSE_KEY_ENCRYPTION_KEY")
        .hasStackTraceContaining("32 bytes");
  }

  @Test
  void demo_onAPublicAddress_isRefusedAtStart() {
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> start("gatehouse.public-url", "https://shop.example.com"))
        .hasStackTraceContaining("GATEHOUSE_DEMO=true is refused");
  }

  @Test
  void signIn_atOneInstance_isKnownToTheOther_andRedeemedThere() {
    AuthServerTest.USERS.reset();
    var ada = AuthServerTest.USERS.account("USER");
    var here = program(first);
    here.submit(
        "/login", "/login", Map.of("username", ada.email(), "password", StandInUsers.PASSWORD));
    var there = program(second);
    there.cookies().putAll(here.cookies());

    var location =
        Browser.location(
            there.get(AuthServerTest.authorize(AuthServerTest.authorizationRequest())));
    var code = java.util.Objects.requireNonNull(Browser.parameter(location, "code"));
    var answers =
        Parallel.run(
            20,
            () ->
                program(Math.floorMod(Thread.currentThread().threadId(), 2) == 0 ? first : second)
                    .post("/oauth2/token", AuthServerTest.redemption(code)));

    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
    assertThat(answers).filteredOn(answer -> answer.statusCode() == 400).hasSize(19);
  }
}
