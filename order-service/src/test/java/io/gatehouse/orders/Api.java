package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client with one access token, over a real port. */
record Api(URI base, String token) {
  static final JsonMapper JSON = new JsonMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  static final String ADDRESS =
      """
      {"name":"Ada Lovelace","line1":"12 St James's Square","line2":null,"city":"London",
       "postalCode":"SW1Y 4JH","country":"GB"}""";
  static final String ORDER =
      """
      {"currency":"EUR","items":[{"sku":"book-1","name":"A book","quantity":2,"unitPrice":1230}],
       "shippingAddress":%s}"""
          .formatted(ADDRESS);

  static final String PAYMENT = "{\"method\":\"card\",\"reference\":\"r-1\"}";

  /** A response with its body as JSON. */
  record Answer(HttpResponse<byte[]> response) {
    int status() {
      return response.statusCode();
    }

    JsonNode json() {
      return JSON.readTree(response.body());
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    String code() {
      return json().at("/error/code").asString();
    }

    String id() {
      return json().get("id").asString();
    }

    /** Fails unless the answer has this status; says what came instead. */
    Answer expect(int status) {
      assertThat(status())
          .as(() -> new String(response.body(), StandardCharsets.UTF_8))
          .isEqualTo(status);
      return this;
    }

    Answer expect(int status, String code) {
      expect(status);
      assertThat(code()).isEqualTo(code);
      return this;
    }
  }

  Answer get(String path, String... headers) {
    return send(request("GET", path, null, headers));
  }

  Answer post(String path, String body, String... headers) {
    return send(request("POST", path, body, headers));
  }

  Answer put(String path, String body, String... headers) {
    return send(request("PUT", path, body, headers));
  }

  /** A new order's id. */
  String place() {
    return post("/api/orders", ORDER).expect(201).id();
  }

  CompletableFuture<Answer> async(HttpRequest request) {
    return HTTP.sendAsync(request, BodyHandlers.ofByteArray()).thenApply(Answer::new);
  }

  Answer send(HttpRequest request) {
    try {
      return new Answer(HTTP.send(request, BodyHandlers.ofByteArray()));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  HttpRequest request(String method, String path, @Nullable String body, String... headers) {
    var request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + token)
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }
}
