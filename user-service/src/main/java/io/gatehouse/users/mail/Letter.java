package io.gatehouse.users.mail;

/**
 * A mail as it is sent.
 *
 * @param id the same in each attempt, so that who gets it twice can tell
 * @param html the same as {@code text}, for programs that show it
 */
record Letter(long id, String recipient, String subject, String text, String html) {
  @Override
  public String toString() {
    return "Letter[" + id + "]";
  }
}
