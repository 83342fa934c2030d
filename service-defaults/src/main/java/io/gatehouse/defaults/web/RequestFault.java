package io.gatehouse.defaults.web;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.InvalidMimeTypeException;

/**
 * Tells the caller's faults from ours. Spring parses headers, cookies and queries only when
 * somebody asks for them, and throws what it throws from anywhere; so an exception that nobody
 * knows is compared with what reading each part of the request throws. It costs nothing while all
 * is well.
 */
final class RequestFault {
  private static final List<Part> PARTS =
      List.of(
          header(ErrorCode.NOT_ACCEPTABLE, "Accept", HttpHeaders::getAccept),
          header(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "Content-Type", HttpHeaders::getContentType),
          header("Accept-Charset", HttpHeaders::getAcceptCharset),
          header("Accept-Language", HttpHeaders::getAcceptLanguage),
          header("Content-Disposition", HttpHeaders::getContentDisposition),
          header("Content-Length", HttpHeaders::getContentLength),
          header("Host", HttpHeaders::getHost),
          header("If-Match", HttpHeaders::getIfMatch),
          header("If-None-Match", HttpHeaders::getIfNoneMatch),
          header("If-Modified-Since", HttpHeaders::getIfModifiedSince),
          header("If-Unmodified-Since", HttpHeaders::getIfUnmodifiedSince),
          header("Date", HttpHeaders::getDate),
          header("Range", HttpHeaders::getRange),
          header("Origin", HttpHeaders::getOrigin),
          header("Access-Control-Request-Method", HttpHeaders::getAccessControlRequestMethod),
          new Part(ErrorCode.MALFORMED_REQUEST, "query", ServerHttpRequest::getQueryParams),
          new Part(ErrorCode.MALFORMED_REQUEST, "Cookie", ServerHttpRequest::getCookies),
          new Part(ErrorCode.MALFORMED_REQUEST, "path", ServerHttpRequest::getPath));

  private RequestFault() {}

  private record Part(
      ErrorCode code, String name, Function<ServerHttpRequest, @Nullable Object> read) {}

  private static Part header(String name, Function<HttpHeaders, @Nullable Object> read) {
    return header(ErrorCode.MALFORMED_REQUEST, name, read);
  }

  private static Part header(
      ErrorCode code, String name, Function<HttpHeaders, @Nullable Object> read) {
    return new Part(code, name, request -> read.apply(request.getHeaders()));
  }

  /** What to tell the caller, when reading the request throws the same; else null. */
  static @Nullable ApiException of(ServerHttpRequest request, Throwable thrown) {
    if (!(thrown instanceof IllegalArgumentException)) {
      return null;
    }
    if (thrown instanceof InvalidMimeTypeException type && accepts(request, type.getMimeType())) {
      return ApiException.of(ErrorCode.NOT_ACCEPTABLE, "This Accept cannot be read");
    }
    for (var part : PARTS) {
      if (throwsTheSame(part, request, thrown)) {
        return refusal(part);
      }
    }
    return null;
  }

  private static ApiException refusal(Part part) {
    var refusal = ApiException.of(part.code(), "This " + part.name() + " cannot be read");
    return part.code() == ErrorCode.UNSUPPORTED_MEDIA_TYPE
        ? refusal.withHeader(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE)
        : refusal;
  }

  /** Actuator reads the header in its own way, and throws for an empty element. */
  private static boolean accepts(ServerHttpRequest request, String type) {
    var accept = request.getHeaders().get(HttpHeaders.ACCEPT);
    return accept != null && String.join(",", accept).contains(type);
  }

  private static boolean throwsTheSame(Part part, ServerHttpRequest request, Throwable thrown) {
    try {
      var _ = part.read().apply(request);
      return false;
    } catch (IllegalArgumentException again) {
      return again.getClass().equals(thrown.getClass())
          && Objects.equals(again.getMessage(), thrown.getMessage());
    }
  }
}
