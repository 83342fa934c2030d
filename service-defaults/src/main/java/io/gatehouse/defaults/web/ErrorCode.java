package io.gatehouse.defaults.web;

import java.util.Map;

/** The errors that any service may answer with, and their HTTP status. */
public enum ErrorCode implements ApiError {
  MALFORMED_REQUEST(400, "The request cannot be parsed"),
  VALIDATION_ERROR(400, "Invalid input data"),
  UNAUTHENTICATED(401, "A valid access token is required"),
  TOKEN_EXPIRED(401, "The access token has expired; get a new one"),
  TOKEN_REVOKED(401, "The access token was revoked; sign in again"),
  FORBIDDEN(403, "You are not allowed to do this"),
  NOT_FOUND(404, "No such resource"),
  METHOD_NOT_ALLOWED(405, "This method is not supported here"),
  NOT_ACCEPTABLE(406, "None of the accepted media types can be produced"),
  REQUEST_TIMEOUT(408, "The request was not received in time"),
  ALREADY_EXISTS(409, "This already exists"),
  CONFLICT(409, "Somebody else changed this at the same time; try again"),
  VERSION_MISMATCH(412, "If-Match names another version; read the resource again"),
  PAYLOAD_TOO_LARGE(413, "The request body is larger than allowed"),
  URI_TOO_LONG(414, "The request URI is longer than allowed"),
  UNSUPPORTED_MEDIA_TYPE(415, "This content type is not supported"),
  RATE_LIMITED(429, "Too many requests; retry after the time given"),
  HEADERS_TOO_LARGE(431, "The request headers are larger than allowed"),
  INTERNAL_ERROR(500, "Something went wrong on our side; quote the request id when you report it"),
  BAD_GATEWAY(502, "The service behind the gateway gave no usable answer"),
  SERVICE_UNAVAILABLE(503, "The service is not available right now; try again shortly"),
  UPSTREAM_TIMEOUT(504, "The service behind the gateway did not answer in time");

  private final int status;
  private final String message;

  ErrorCode(int status, String message) {
    this.status = status;
    this.message = message;
  }

  /** The most general code of this status; where none has it, the one for its class of statuses. */
  public static ErrorCode ofStatus(int status) {
    for (var code : values()) {
      if (code.status == status) {
        return code;
      }
    }
    return status < 500 ? MALFORMED_REQUEST : INTERNAL_ERROR;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public String message() {
    return message;
  }

  /** RFC 6750 section 3 for 401; RFC 9110 section 10.2.3 for 503. */
  @Override
  public Map<String, String> headers() {
    return switch (this) {
      case UNAUTHENTICATED -> Map.of("WWW-Authenticate", "Bearer");
      case TOKEN_EXPIRED, TOKEN_REVOKED ->
          Map.of(
              "WWW-Authenticate",
              "Bearer error=\"invalid_token\", error_description=\"" + message + "\"");
      case SERVICE_UNAVAILABLE -> Map.of("Retry-After", "1");
      default -> Map.of();
    };
  }
}
