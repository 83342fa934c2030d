package io.gatehouse.auth.pages;

import io.gatehouse.defaults.web.ErrorBody.Problem;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a field, which user-service tells in the API's English, in words of ours: so
 * that people read it in their language. A rule that is not known here stays as it was told.
 */
final class FieldRules {
  private static final Map<Pattern, String> KNOWN =
      Map.of(
          Pattern.compile("must not be null"), "rule.required",
          Pattern.compile("must be a well-formed email address"), "rule.email",
          Pattern.compile("size must be between (\\d+) and (\\d+)"), "rule.size",
          Pattern.compile("must have (\\d+) to (\\d+) characters and no control characters"),
              "rule.characters",
          Pattern.compile("must have no invisible, direction or private characters"),
              "rule.visible");

  private FieldRules() {}

  /** What is said of this field; null when nothing is wrong with it. */
  static @Nullable Message of(List<Problem> problems, String field) {
    return problems.stream()
        .filter(problem -> problem.field().equals(field))
        .map(problem -> said(problem.message()))
        .findFirst()
        .orElse(null);
  }

  private static Message said(String message) {
    for (var rule : KNOWN.entrySet()) {
      var found = rule.getKey().matcher(message);
      if (found.matches()) {
        var values = IntStream.rangeClosed(1, found.groupCount()).mapToObj(found::group);
        return new Message.Ours(rule.getValue(), values.toList());
      }
    }
    return Message.theirs(message);
  }
}
