package io.gatehouse.local.journey;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** The platform's HTTP API as any client sees it: by its public URL. */
public final class PublicApi {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final URI url;
  private final HttpClient client;
  private final Consumer<HttpResponse<String>> witness;

  public PublicApi(URI url) {
    this(url, _ -> {});
  }

  /**
   * An API whose answers somebody else looks at, too.
   *
   * @param witness of each answer, before it is given back
   */
  public PublicApi(URI url, Consumer<HttpResponse<String>> witness) {
    this.url = url;
    this.witness = witness;
    this.client = Http.clientFor(url).build();
  }

  /** An answer; {@code json} is a missing node when the body is none. */
  public record Answer(HttpResponse<String> response, JsonNode json) {
    public int status() {
      return response.statusCode();
    }

    /** The code in the error body; empty when there is none. */
    public String errorCode() {
      return json.path("error").path("code").asString("");
    }

    /** What to tell when this is not what was expected. */
    public String summary() {
      var body = response.body().strip();
      return "%d %s".formatted(status(), body.length() > 300 ? body.substring(0, 300) : body);
    }
  }

  public URI url() {
    return url;
  }

  public Answer get(String path, @Nullable String token) {
    return send(request(path, token).GET());
  }

  public Answer post(String path, @Nullable String token, Object body) {
    return send(
        request(path, token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(body))));
  }

  /**
   * Any request.
   *
   * @param body sent as JSON; null for none
   * @param headers names and values in turn
   */
  public Answer send(
      String method,
      String path,
      @Nullable String token,
      @Nullable Object body,
      String... headers) {
    var request = request(path, token);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(
        body == null
            ? request.method(method, BodyPublishers.noBody())
            : request
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(JSON.writeValueAsString(body))));
  }

  private HttpRequest.Builder request(String path, @Nullable String token) {
    var request =
        HttpRequest.newBuilder(url.resolve(path))
            .timeout(PATIENCE)
            .header("Accept", "application/json");
    return token == null ? request : request.header("Authorization", "Bearer " + token);
  }

  /** Waits as told and tries once more when the caller was too fast. */
  private Answer send(HttpRequest.Builder builder) {
    var request = builder.build();
    var answer = sendOnce(client, request);
    if (answer.status() == 429) {
      pause(answer.response());
      answer = sendOnce(client, request);
    }
    witness.accept(answer.response());
    return answer;
  }

  static void pause(HttpResponse<?> limited) {
    var seconds = limited.headers().firstValueAsLong("Retry-After").orElse(1);
    new CompletableFuture<Void>()
        .completeOnTimeout(null, Math.clamp(seconds, 1, 10), TimeUnit.SECONDS)
        .join();
  }

  static Answer sendOnce(HttpClient client, HttpRequest request) {
    try {
      var response = client.send(request, BodyHandlers.ofString());
      return new Answer(response, parsed(response));
    } catch (IOException failed) {
      throw new JourneyFailed(
          "%s %s got no answer: %s"
              .formatted(
                  request.method(),
                  request.uri().toString().replaceFirst("\\?.*", ""),
                  reason(failed)),
          failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new JourneyFailed("stopped", stopped);
    }
  }

  private static JsonNode parsed(HttpResponse<String> response) {
    var type = response.headers().firstValue("Content-Type").orElse("");
    if (!type.contains("json") || response.body().isBlank()) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(response.body());
    } catch (JacksonException notJson) {
      throw new JourneyFailed("not JSON although it says so: " + response.body(), notJson);
    }
  }

  private static String reason(IOException failed) {
    var message = failed.getMessage();
    return message == null ? "the connection was refused" : message;
  }
}
