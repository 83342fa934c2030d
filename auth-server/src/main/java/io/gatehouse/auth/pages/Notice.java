package io.gatehouse.auth.pages;

/**
 * What happened, above the rest of a page.
 *
 * @param style the style sheet's class
 * @param role when a screen reader says it: an {@code alert} at once, a {@code status} in its turn
 */
record Notice(String style, String role, String sentence) {
  static Notice good(String sentence) {
    return new Notice("good", "status", sentence);
  }

  static Notice bad(String sentence) {
    return new Notice("bad", "alert", sentence);
  }
}
