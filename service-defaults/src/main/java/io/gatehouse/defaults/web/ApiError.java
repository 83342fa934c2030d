package io.gatehouse.defaults.web;

import java.util.Map;

/**
 * A kind of error that a caller can tell by its code. The platform's own are {@link ErrorCode};
 * what only one service can mean is an enum of that service.
 */
public interface ApiError {
  /** Of HTTP. */
  int status();

  /** The code of the error body, as an enum's constant is written. */
  String name();

  /** What a person reads when nothing more specific is known. */
  String message();

  /** Response headers that HTTP asks for with this error. */
  default Map<String, String> headers() {
    return Map.of();
  }
}
