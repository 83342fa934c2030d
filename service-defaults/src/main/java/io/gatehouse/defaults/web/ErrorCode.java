package io.gatehouse.defaults.web;

/** The platform's error codes with their HTTP status. Domain refusals (422) bring their own. */
public enum ErrorCode {
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
  REQUEST_IN_PROGRESS(
      409, "A request with this Idempotency-Key is being worked on; try again shortly"),
  RESUME_POINT_UNKNOWN(
      409, "Last-Event-ID is ahead of this stream: start without one and read what you missed"),
  CONFLICT(409, "Somebody else changed this at the same time; try again"),
  VERSION_MISMATCH(412, "If-Match names another version; read the resource again"),
  PAYLOAD_TOO_LARGE(413, "The request body is larger than allowed"),
  URI_TOO_LONG(414, "The request URI is longer than allowed"),
  UNSUPPORTED_MEDIA_TYPE(415, "This content type is not supported"),
  IDEMPOTENCY_KEY_REUSED(422, "This Idempotency-Key was used for another request"),
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

  public int status() {
    return status;
  }

  /** What a person reads when nothing more specific is known. */
  public String message() {
    return message;
  }
}
