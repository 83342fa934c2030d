package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the service: one caller, with or without a token. */
public record Api(int port, String token) {
  public static final JsonMapper JSON = JsonMapper.shared();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** What the service answered. */
  public record Answer(HttpResponse<String> response) {
    public int status() {
      return response.statusCode();
    }

    public String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }

    public JsonNode json() {
      return JSON.readTree(response.body());
    }

    /** A text of the body by its JSON pointer. */
    public String text(String pointer) {
      return json().at(pointer).asString();
    }

    public Answer is(int status) {
      assertThat(status()).as("status of %s", response.body()).isEqualTo(status);
      return this;
    }

    /** Asserts the error body with its status and code. */
    public Answer isError(int status, String code) {
      is(status);
      var error = json().at("/error");
      assertThat(error.at("/code").asString()).isEqualTo(code);
      assertThat(error.at("/details").isArray()).isTrue();
      assertThat(error.at("/requestId").asString()).isEqualTo(header("X-Request-Id"));
      return this;
    }
  }

  public Answer get(String path, String... headers) {
    return send("GET", path, null, headers);
  }

  public Answer post(String path, Map<String, ?> body, String... headers) {
    return send("POST", path, JSON.writeValueAsString(body), headers);
  }

  public Answer put(String path, Map<String, ?> body, String... headers) {
    return send("PUT", path, JSON.writeValueAsString(body), headers);
  }

  public Answer delete(String path, String... headers) {
    return send("DELETE", path, null, headers);
  }

  /** Headers come as name, value, name, value. */
  public Answer send(String method, String path, String body, String... headers) {
    try {
      return new Answer(CLIENT.send(request(method, path, body, headers), BodyHandlers.ofString()));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  public CompletableFuture<Answer> sendAsync(String method, String path, String body) {
    return CLIENT
        .sendAsync(request(method, path, body), BodyHandlers.ofString())
        .thenApply(Answer::new);
  }

  private HttpRequest request(String method, String path, String body, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    for (var i = 0; i < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return request.build();
  }
}
