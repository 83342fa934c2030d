package io.gatehouse.orders;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorBody.Problem;
import io.gatehouse.orders.store.EventStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * A request's query parameters: each known and given at most once. Everything that is wrong is
 * collected, and {@link #check} refuses all of it at once.
 */
final class Params {
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,30}");

  private final ServerRequest request;
  private final List<Problem> problems = new ArrayList<>();

  private Params(ServerRequest request) {
    this.request = request;
  }

  static Params of(ServerRequest request, String... known) {
    var params = new Params(request);
    var names = Set.of(known);
    request
        .queryParams()
        .forEach(
            (name, values) -> {
              if (!names.contains(name)) {
                params.problem(name, "is not a known parameter");
              } else if (values.size() > 1) {
                params.problem(name, "must be given once");
              }
            });
    return params;
  }

  /**
   * The id in the path.
   *
   * @throws ApiException MALFORMED_REQUEST
   */
  static UUID id(ServerRequest request) {
    var id = uuid(request.pathVariable("id"));
    if (id == null) {
      throw ApiException.malformed("The id in the path is not a UUID");
    }
    return id;
  }

  private static @Nullable UUID uuid(String text) {
    return UUID_TEXT.matcher(text).matches() ? UUID.fromString(text) : null;
  }

  boolean has(String name) {
    return request.queryParams().containsKey(name);
  }

  @Nullable String text(String name) {
    return request.queryParams().getFirst(name);
  }

  /** An integer from min to max. */
  int number(String name, int min, int max, int otherwise) {
    return or(name, otherwise, text -> bounded(text, min, max), "must be " + min + " to " + max);
  }

  /** A version: any natural number; those that cannot exist are 0. */
  int version(String name) {
    return or(
        name,
        0,
        text ->
            !DIGITS.matcher(text).matches()
                ? null
                : text.length() > 9 ? Integer.valueOf(0) : Integer.valueOf(text),
        "must be a version number");
  }

  int requiredVersion(String name) {
    if (!has(name)) {
      problem(name, "must not be null");
    }
    return version(name);
  }

  @Nullable Instant time(String name) {
    return orNull(name, Rfc3339::parse, "must be a time such as 2026-11-22T10:00:00.000001Z");
  }

  @Nullable UUID orderCursor(String name) {
    return orNull(name, text -> uuid(decode(text)), "is not a cursor of this list");
  }

  int versionCursor(String name) {
    return or(
        name,
        0,
        text -> bounded(decode(text), 1, EventStore.MAX_VERSION),
        "is not a cursor of this list");
  }

  static String cursor(Object position) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(position.toString().getBytes(StandardCharsets.UTF_8));
  }

  <T> @Nullable T orNull(String name, Function<String, @Nullable T> parse, String rule) {
    var text = text(name);
    if (!has(name)) {
      return null;
    }
    var value = text == null ? null : parse.apply(text);
    if (value == null) {
      problem(name, rule);
    }
    return value;
  }

  private <T> T or(String name, T otherwise, Function<String, @Nullable T> parse, String rule) {
    var value = orNull(name, parse, rule);
    return value == null ? otherwise : value;
  }

  void problem(String field, String message) {
    problems.add(new Problem(field, message));
  }

  /** Refuses the request when anything was wrong. */
  Params check() {
    if (!problems.isEmpty()) {
      throw ApiException.invalid(problems);
    }
    return this;
  }

  private static @Nullable Integer bounded(String text, int min, int max) {
    if (!DIGITS.matcher(text).matches() || text.length() > 9) {
      return null;
    }
    var value = Integer.parseInt(text);
    return value < min || value > max ? null : value;
  }

  private static String decode(String cursor) {
    try {
      return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notBase64) {
      return "";
    }
  }
}
