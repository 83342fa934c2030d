package io.gatehouse.auth.pages;

import io.gatehouse.auth.users.OwnAccount.Outcome;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.csrf.CsrfToken;

/**
 * A form of the account pages that changes one thing.
 *
 * @param path of the page, where the form is sent too
 * @param title the key of its heading
 * @param intro the key of a sentence above the fields
 * @param button the key of what its button says
 */
record AccountForm(
    String path,
    String title,
    @Nullable String intro,
    String button,
    CsrfToken csrf,
    @Nullable Notice notice,
    List<Field> fields) {
  /** What a code of the whole call means for a field. */
  private static final Map<String, Fault> MEANT =
      Map.of(
          "WRONG_PASSWORD", new Fault("current", "rule.current"),
          "ALREADY_EXISTS", new Fault("email", "rule.taken"));

  private record Fault(String field, String key) {}

  /** What stands above a form that was refused. */
  static Notice wrong() {
    return Notice.bad("field.wrong");
  }

  /** What is wrong with this field; null when nothing is, or nothing was refused. */
  static @Nullable Message wrong(Outcome.@Nullable Refused refused, String field) {
    if (refused == null) {
      return null;
    }
    var meant = MEANT.get(refused.code());
    if (meant != null) {
      return meant.field().equals(field) ? Message.of(meant.key()) : null;
    }
    return FieldRules.of(refused.problems(), field);
  }

  /** Back to the account, which says what was done. */
  static ResponseEntity<String> done(String what) {
    return ResponseEntity.status(HttpStatus.SEE_OTHER)
        .location(URI.create("/account?" + what))
        .build();
  }
}
