package io.gatehouse.defaults.web;

import io.gatehouse.defaults.web.ErrorBody.Problem;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A refusal or failure that the caller is told about. It becomes the error body of the contract and
 * carries no stack trace: it is an answer, not a defect.
 */
public class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** How many broken rules an answer tells of, so that it stays small. */
  public static final int MAX_DETAILS = 100;

  private final int status;
  private final String code;
  private final transient List<Problem> details;
  private final transient Map<String, String> headers;

  protected ApiException(
      int status,
      String code,
      String message,
      List<Problem> details,
      Map<String, String> headers,
      @Nullable Throwable cause) {
    super(message, cause, false, false);
    this.status = status;
    this.code = code;
    this.details = List.copyOf(details);
    this.headers = Map.copyOf(headers);
  }

  public static ApiException of(ApiError error) {
    return of(error, error.message());
  }

  public static ApiException of(ApiError error, String message) {
    return new ApiException(
        error.status(), error.name(), message, List.of(), error.headers(), null);
  }

  public static ApiException of(ApiError error, Throwable cause) {
    return new ApiException(
        error.status(), error.name(), error.message(), List.of(), error.headers(), cause);
  }

  /** A {@code VALIDATION_ERROR} that lists the broken rules, at most {@link #MAX_DETAILS}. */
  public static ApiException invalid(List<Problem> problems) {
    return problems.size() <= MAX_DETAILS
        ? invalid(problems, false)
        : invalid(problems.subList(0, MAX_DETAILS), true);
  }

  /**
   * A {@code VALIDATION_ERROR} that lists broken rules.
   *
   * @param more whether there are more than these
   */
  static ApiException invalid(List<Problem> problems, boolean more) {
    var code = ErrorCode.VALIDATION_ERROR;
    var message =
        more
            ? code.message() + "; only the first %d faults are told".formatted(MAX_DETAILS)
            : code.message();
    return new ApiException(code.status(), code.name(), message, problems, Map.of(), null);
  }

  public static ApiException invalid(String field, String message) {
    return invalid(List.of(new Problem(field, message)));
  }

  /** A {@code MALFORMED_REQUEST} that says where. */
  public static ApiException malformed(String message) {
    return of(ErrorCode.MALFORMED_REQUEST, message);
  }

  /** A 422: understood, but a rule of the domain refuses it. */
  public static ApiException refused(String code, String message) {
    return new ApiException(422, code, message, List.of(), Map.of(), null);
  }

  /** The same error with one more response header. */
  public ApiException withHeader(String name, String value) {
    var more = new java.util.HashMap<>(headers);
    more.put(name, value);
    return new ApiException(status, code, getMessage(), details, more, getCause());
  }

  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }

  public List<Problem> details() {
    return details;
  }

  /** Response headers that HTTP asks for with this error. */
  public Map<String, String> headers() {
    return headers;
  }
}
