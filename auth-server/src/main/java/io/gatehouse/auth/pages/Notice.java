package io.gatehouse.auth.pages;

/**
 * What happened, above the rest of a page.
 *
 * @param style the style sheet's class
 * @param role when a screen reader says it: an {@code alert} at once, a {@code status} in its turn
 * @param key of the message
 */
record Notice(String style, String role, String key) {
  static Notice good(String key) {
    return new Notice("good", "status", key);
  }

  static Notice bad(String key) {
    return new Notice("bad", "alert", key);
  }
}
