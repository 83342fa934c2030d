package io.gatehouse.auth.passkeys;

/** A passkey's counter did not grow since it was used last. */
class ClonedPasskeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClonedPasskeyException() {
    super("the passkey's counter did not grow");
  }
}
