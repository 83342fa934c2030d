package io.gatehouse.defaults.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON body of every error: {@code {"error":{"code","message","details","requestId"}}}. */
public record ErrorBody(Content error) {

  public static ErrorBody of(ApiException error, @Nullable String requestId) {
    return new ErrorBody(new Content(error.code(), error.getMessage(), error.details(), requestId));
  }

  /** {@code details} is never null; {@code requestId} is null only before one was assigned. */
  public record Content(
      String code, String message, List<Problem> details, @Nullable String requestId) {}

  /**
   * One broken rule.
   *
   * @param field a JSON path from the body's root ({@code items[0].quantity}) or a parameter's name
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Problem(String field, String message) {
    private static final int MAX_FIELD = 100;

    /** A caller may name a field as long as its request; nobody reads more than its beginning. */
    public Problem {
      field = field.length() <= MAX_FIELD ? field : beginning(field);
    }

    private static String beginning(String field) {
      var end = Character.isHighSurrogate(field.charAt(MAX_FIELD - 1)) ? MAX_FIELD - 1 : MAX_FIELD;
      return field.substring(0, end) + "…";
    }
  }
}
