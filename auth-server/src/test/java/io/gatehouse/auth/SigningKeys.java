package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** What instances sign with, publish and take, as their clients and operators see it. */
final class SigningKeys {
  private SigningKeys() {}

  static String accessToken(Instance server) {
    return AuthServerTest.Tokens.of(
            server
                .program()
                .withBasic("demo-service", "demo-secret")
                .post("/oauth2/token", AuthServerTest.CLIENT_CREDENTIALS))
        .access();
  }

  static boolean isActive(Instance server, String token) {
    var answer =
        server
            .program()
            .withBasic("demo-service", "demo-secret")
            .post("/oauth2/introspect", Map.of("token", token));
    return AuthServerTest.JSON.readTree(answer.body()).path("active").asBoolean();
  }

  static List<String> published(Instance server) {
    return AuthServerTest.JSON
        .readTree(server.program().get("/oauth2/jwks").body())
        .path("keys")
        .valueStream()
        .map(key -> key.path("kid").asString(""))
        .collect(Collectors.toList());
  }

  static String keyOf(String token) {
    try {
      return SignedJWT.parse(token).getHeader().getKeyID();
    } catch (ParseException malformed) {
      throw new AssertionError(token, malformed);
    }
  }

  static String algorithmOf(String token) {
    try {
      return SignedJWT.parse(token).getHeader().getAlgorithm().getName();
    } catch (ParseException malformed) {
      throw new AssertionError(token, malformed);
    }
  }

  static JsonNode keysCommand(Instance server, String method) {
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
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  static String newest(JsonNode keys) {
    return keys.path(keys.size() - 1).path("id").asString("");
  }

  static String idOf(JsonNode keys, String state) {
    return keys.valueStream()
        .filter(key -> key.path("state").asString("").equals(state))
        .map(key -> key.path("id").asString(""))
        .reduce((_, last) -> last)
        .orElseThrow(() -> new AssertionError("no " + state + " key in " + keys));
  }
}
