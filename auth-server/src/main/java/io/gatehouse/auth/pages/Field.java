package io.gatehouse.auth.pages;

import org.jspecify.annotations.Nullable;

/**
 * One input of a form.
 *
 * @param label the key of what it is called
 * @param autocomplete the HTML standard's name for what it takes
 * @param first whether the cursor starts here
 * @param value what is filled in; empty for nothing
 * @param hint the key of what helps
 * @param wrong what the last attempt got wrong
 */
record Field(
    String name,
    String label,
    String type,
    String autocomplete,
    boolean first,
    String value,
    @Nullable String hint,
    @Nullable Message wrong) {

  /**
   * The one input of a form that sets a password.
   *
   * @param label the key of what it is called
   */
  static Field newPassword(String label, @Nullable Message wrong) {
    return new Field(
        "password", label, "password", "new-password", true, "", SignupPage.PASSWORD, wrong);
  }

  /** The attribute {@code aria-invalid}; null leaves it out. */
  @Nullable String invalid() {
    return wrong == null ? null : "true";
  }

  /** The id of the sentence below, if there is one. */
  @Nullable String describedBy() {
    return wrong != null ? name + "-wrong" : hint != null ? name + "-hint" : null;
  }
}
