package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.testing.TestPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** Two instances over one database: rotation and restart. Time passes by moving the calendar. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeysTest {
  private static final Duration SOON = Duration.ofMinutes(1);

  private final TestPostgres.Database database = TestPostgres.newDatabase();
  private final Instance first = start();
  private final Instance second = start();

  private Instance start(String... changes) {
    return Instance.start(database, changes);
  }

  @AfterAll
  void stop() {
    second.close();
    first.close();
  }

  private static String accessToken(Instance server) {
    return AuthServerTest.Tokens.of(
            server
                .program()
                .withBasic("demo-service", "demo-secret")
                .post("/oauth2/token", AuthServerTest.CLIENT_CREDENTIALS))
        .access();
  }

  private static boolean isActive(Instance server, String token) {
    var answer =
        server
            .program()
            .withBasic("demo-service", "demo-secret")
            .post("/oauth2/introspect", Map.of("token", token));
    return AuthServerTest.JSON.readTree(answer.body()).path("active").asBoolean();
  }

  private static List<String> published(Instance server) {
    return AuthServerTest.JSON
        .readTree(server.program().get("/oauth2/jwks").body())
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

  private static JsonNode keysCommand(Instance server, String method) {
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(
                      URI.create("http://localhost:" + server.managementPort() + "/actuator/keys"))
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
            .jdbc()
            .sql("select encode(private_key, 'escape') from signing_key limit 1")
            .query(String.class)
            .single();
    assertThat(stored).doesNotContain("kty").doesNotContain("\"d\"");
  }

  @Test
  void rotation_isPublishedBeforeUse_byBothInstances_andFailsNoToken() {
    var old = accessToken(first);

    var next = newest(keysCommand(first, "POST"));

    assertThat(next).isNotEqualTo(keyOf(old));
    await().atMost(SOON).until(() -> both().allMatch(server -> published(server).contains(next)));
    // The calendar says in an hour; until then nobody signs with it.
    assertThat(both().map(server -> keyOf(accessToken(server)))).containsOnly(keyOf(old));

    // As if the hour had passed. Each instance notices in its own time.
    first.jdbc().sql("update signing_key set signs_from = signs_from - interval '61 min'").update();
    await().atMost(SOON).until(() -> both().allMatch(issuer -> signsWith(issuer).equals(next)));
    assertThat(idOf(keysCommand(second, "GET"), "RETIRING")).isEqualTo(keyOf(old));
    assertThat(both()).allMatch(server -> isActive(server, old));
  }

  /** The key of a fresh token, which every instance knows and takes, whoever made it. */
  private String signsWith(Instance issuer) {
    var token = accessToken(issuer);
    assertThat(both()).allMatch(verifier -> published(verifier).contains(keyOf(token)));
    assertThat(both()).allMatch(verifier -> isActive(verifier, token));
    return keyOf(token);
  }

  private Stream<Instance> both() {
    return Stream.of(first, second);
  }

  @Test
  void key_isForgotten_onceTheLastTokenUnderItHasExpired() {
    var next = newest(keysCommand(first, "POST"));
    assertThat(published(first)).hasSizeGreaterThan(1);

    // As if the successor had taken over an hour ago: its start was an hour away.
    first
        .jdbc()
        .sql("update signing_key set signs_from = signs_from - interval '2 hours'")
        .update();

    await()
        .atMost(SOON)
        .until(() -> both().allMatch(server -> published(server).equals(List.of(next))));
    assertThat(isActive(second, accessToken(first))).isTrue();
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
        new Browser(first.managementPort()).with("X-Request-Id", "my-id.2").get("/nothing");

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
}
