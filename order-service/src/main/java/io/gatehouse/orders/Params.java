package io.gatehouse.orders;

import io.gatehouse.defaults.web.QueryParameters;
import io.gatehouse.orders.store.EventStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;

/** What order-service's query parameters mean; {@link QueryParameters} says which may be there. */
final class Params {
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,30}");

  private final ServerRequest request;
  private final QueryParameters query;

  private Params(ServerRequest request, QueryParameters query) {
    this.request = request;
    this.query = query;
  }

  static Params of(ServerRequest request, String... known) {
    return new Params(request, QueryParameters.of(request, known));
  }

  boolean has(String name) {
    return query.has(name);
  }

  @Nullable String text(String name) {
    return request.queryParam(name).orElse(null);
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
    return orNull(
        name,
        text -> QueryParameters.uuid(decode(text)).orElse(null),
        "is not a cursor of this list");
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
    return query.parse(name, text -> Optional.ofNullable(parse.apply(text)), rule).orElse(null);
  }

  private <T> T or(String name, T otherwise, Function<String, @Nullable T> parse, String rule) {
    var value = orNull(name, parse, rule);
    return value == null ? otherwise : value;
  }

  void problem(String field, String message) {
    query.refuse(field, message);
  }

  /** Refuses the request when anything was wrong. */
  Params check() {
    query.check();
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
