package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.local.journey.PublicApi;
import io.gatehouse.local.journey.SignIn;
import io.gatehouse.local.journey.SignIn.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** Somebody who signed up, and what they do at the command line's client {@code cli}. */
final class Person {
  static final String PASSWORD = "correct-horse-battery";
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final URI url;
  private final String email = UUID.randomUUID() + "@example.com";
  private final String id;

  Person(URI url) {
    this.url = url;
    var account = Map.of("email", email, "name", "Somebody", "password", PASSWORD);
    this.id = new PublicApi(url).post("/api/users", null, account).json().path("id").asString();
  }

  Tokens signIn() {
    return new SignIn(url).tokensOf(email, PASSWORD);
  }

  /** The status with which the API answers this access token. */
  int statusWith(String accessToken) {
    return me(accessToken).statusCode();
  }

  HttpResponse<String> me(String accessToken) {
    return send(request("/api/users/me").header("Authorization", "Bearer " + accessToken).GET());
  }

  HttpResponse<String> refresh(String refreshToken) {
    return post(
        url,
        "/oauth2/token",
        Map.of("grant_type", "refresh_token", "client_id", "cli", "refresh_token", refreshToken));
  }

  void revoke(String token) {
    revokeAt(url, token);
  }

  /** At the authorization server itself, when there is no gateway. */
  void revokeAt(URI server, String token) {
    var answer = post(server, "/oauth2/revoke", Map.of("client_id", "cli", "token", token));
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  void logOut(Tokens tokens) {
    var answer = send(request("/connect/logout?" + encoded(Map.of("id_token_hint", tokens.id()))));
    assertThat(answer.statusCode()).isEqualTo(302);
  }

  void changePassword(String accessToken) {
    var body = "{\"current\":\"%s\",\"new\":\"another-battery\"}".formatted(PASSWORD);
    var answer =
        send(
            request("/api/users/" + id + "/password")
                .header("Authorization", "Bearer " + accessToken)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body)));
    assertThat(answer.statusCode()).isEqualTo(204);
  }

  void delete(String accessToken) {
    var answer =
        send(request("/api/users/" + id).header("Authorization", "Bearer " + accessToken).DELETE());
    assertThat(answer.statusCode()).isEqualTo(204);
  }

  static HttpResponse<String> post(URI server, String path, Map<String, String> form) {
    return send(
        HttpRequest.newBuilder(server.resolve(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(encoded(form))));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(url.resolve(path));
  }

  private static String encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(
            field ->
                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.timeout(Duration.ofSeconds(15)).build(), BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }
}
