package io.gatehouse.auth.pages;

import io.gatehouse.auth.users.OwnAccount.Outcome;
import io.gatehouse.defaults.web.ErrorBody.Problem;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.csrf.CsrfToken;

/**
 * A form of the account pages that changes one thing.
 *
 * @param path of the page, where the form is sent too
 * @param intro a sentence above the fields
 * @param button what its button says
 */
record AccountForm(
    String path,
    String title,
    @Nullable String intro,
    String button,
    CsrfToken csrf,
    @Nullable Notice notice,
    List<Field> fields) {
  private static final String WRONG = "Please look at the marked fields and try again.";
  private static final Map<String, Problem> MEANT =
      Map.of(
          "WRONG_PASSWORD", new Problem("current", "is not right, or was tried too often"),
          "ALREADY_EXISTS", new Problem("email", "an account with this email exists already"));

  /** What stands above a form that was refused. */
  static Notice wrong() {
    return Notice.bad(WRONG);
  }

  /** What is wrong with which field. */
  static List<Problem> problems(Outcome.Refused refused) {
    return Optional.ofNullable(MEANT.get(refused.code())).map(List::of).orElse(refused.problems());
  }

  /** What is wrong with this field, as a sentence; null when nothing is. */
  static @Nullable String wrong(List<Problem> problems, String field) {
    return problems.stream()
        .filter(problem -> problem.field().equals(field))
        .map(problem -> Field.sentence(problem.message()))
        .findFirst()
        .orElse(null);
  }

  /** Back to the account, which says what was done. */
  static ResponseEntity<String> done(String what) {
    return ResponseEntity.status(HttpStatus.SEE_OTHER)
        .location(URI.create("/account?" + what))
        .build();
  }
}
