package io.gatehouse.gateway.pages;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.Preconditions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * An answer that is the same for everybody.
 *
 * @param tag its strong entity tag, with the quotes
 * @param headers besides type, tag and caching
 */
public record StaticAnswer(
    String tag, CacheControl cache, MediaType type, Map<String, String> headers, String content) {
  /** For what has a name that changes with its content. */
  public static final CacheControl FOR_EVER =
      CacheControl.maxAge(Duration.ofDays(365)).cachePublic().immutable();

  private static final Map<String, MediaType> TYPES =
      Map.of(
          "html", new MediaType("text", "html", StandardCharsets.UTF_8),
          "js", new MediaType("text", "javascript", StandardCharsets.UTF_8),
          "css", new MediaType("text", "css", StandardCharsets.UTF_8),
          "svg", new MediaType("image", "svg+xml"));

  /** The media type that a file's ending stands for. */
  public static MediaType typeOf(String file) {
    return TYPES.getOrDefault(
        file.substring(file.lastIndexOf('.') + 1), MediaType.APPLICATION_OCTET_STREAM);
  }

  /** RFC 9110 section 13.2.2: a 304, with what a cache needs of a 200, for whoever has it. */
  public Mono<ServerResponse> to(ServerRequest request) {
    if (Preconditions.of(request).check(tag) == Preconditions.Outcome.NOT_MODIFIED) {
      return ServerResponse.status(304).eTag(tag).cacheControl(cache).build();
    }
    return ServerResponse.ok()
        .eTag(tag)
        .cacheControl(cache)
        .contentType(type)
        .headers(all -> headers.forEach(all::set))
        .bodyValue(content);
  }

  /** Files are read on threads that may block. */
  public static <T> Mono<T> reading(Callable<@Nullable T> file) {
    return Mono.<T>fromCallable(file).subscribeOn(Schedulers.boundedElastic());
  }

  /** A page can be read and nothing else: 405 for other methods. */
  public static HandlerFunction<ServerResponse> readOnly(HandlerFunction<ServerResponse> page) {
    return request -> {
      if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
        throw ApiException.of(ErrorCode.METHOD_NOT_ALLOWED).withHeader("Allow", "GET, HEAD");
      }
      return page.handle(request);
    };
  }
}
