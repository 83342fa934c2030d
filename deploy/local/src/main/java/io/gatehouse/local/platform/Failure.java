package io.gatehouse.local.platform;

/** What stops a command: one sentence for the person who gave it, and perhaps some lines of log. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Failure(String sentence) {
    super(sentence);
  }

  public Failure(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
