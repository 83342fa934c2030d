package io.gatehouse.defaults.web;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * What a request demands of the resource's version: {@code If-Match} and {@code If-None-Match} (RFC
 * 9110 section 13.1). Versions are strong entity tags.
 *
 * @param method decides what a failed {@code If-None-Match} means
 * @param ifMatch empty when the header is absent
 * @param ifNoneMatch empty when the header is absent
 */
public record Preconditions(
    HttpMethod method, Optional<EntityTags> ifMatch, Optional<EntityTags> ifNoneMatch) {

  /** Whether to go on. */
  public enum Outcome {
    /** Every condition holds. */
    PROCEED,
    /** The client has this version: 304. */
    NOT_MODIFIED
  }

  /**
   * The request's conditions.
   *
   * @throws ApiException VALIDATION_ERROR when a header is no list of entity tags
   */
  public static Preconditions of(ServerRequest request) {
    return in(request.method(), request.headers().asHttpHeaders());
  }

  /**
   * The same where requests are not reactive.
   *
   * @throws ApiException VALIDATION_ERROR when a header is no list of entity tags
   */
  public static Preconditions in(HttpMethod method, HttpHeaders headers) {
    return new Preconditions(
        method,
        EntityTags.of(HttpHeaders.IF_MATCH, headers.get(HttpHeaders.IF_MATCH)),
        EntityTags.of(HttpHeaders.IF_NONE_MATCH, headers.get(HttpHeaders.IF_NONE_MATCH)));
  }

  /**
   * Evaluates the conditions in the order of RFC 9110 section 13.2.2.
   *
   * @param current the entity tag of the resource as it is, such as {@code "3"} with its quotes;
   *     null when there is no such resource yet
   * @return NOT_MODIFIED for GET and HEAD only; answer it with the tag and the caching headers of a
   *     200
   * @throws ApiException VERSION_MISMATCH, 412
   */
  public Outcome check(@Nullable String current) {
    if (ifMatch.isPresent() && !ifMatch.get().matchStrongly(current)) {
      throw ApiException.of(ErrorCode.VERSION_MISMATCH);
    }
    if (ifNoneMatch.isEmpty() || !ifNoneMatch.get().matchWeakly(current)) {
      return Outcome.PROCEED;
    }
    if (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD)) {
      return Outcome.NOT_MODIFIED;
    }
    throw ApiException.of(
        ErrorCode.VERSION_MISMATCH, "If-None-Match names the version that is there");
  }

  /** Whether there is a condition at all. */
  public boolean isEmpty() {
    return ifMatch.isEmpty() && ifNoneMatch.isEmpty();
  }

  /**
   * The tags of one header, without their quotes.
   *
   * @param any {@code *}: whatever there is
   * @param strong those that may prove that two versions are the same to the byte
   * @param weak those with {@code W/}
   */
  public record EntityTags(boolean any, List<String> strong, List<String> weak) {

    /** Strong ones and weak ones. */
    public List<String> all() {
      return Stream.concat(strong.stream(), weak.stream()).toList();
    }

    /** Section 8.8.3.2: for changes. */
    boolean matchStrongly(@Nullable String current) {
      return current != null && (any || strong.contains(opaque(current)));
    }

    /** Section 8.8.3.2: for reads. */
    boolean matchWeakly(@Nullable String current) {
      return current != null
          && (any || strong.contains(opaque(current)) || weak.contains(opaque(current)));
    }

    private static String opaque(String tag) {
      return tag.substring(1, tag.length() - 1);
    }

    private static Optional<EntityTags> of(String header, @Nullable List<String> values) {
      return values == null || values.isEmpty()
          ? Optional.empty()
          : Optional.of(EntityTagParser.parse(header, String.join(",", values)));
    }
  }
}
