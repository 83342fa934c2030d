package io.gatehouse.users.mail;

import reactor.core.publisher.Mono;

/** Takes a mail out of the outbox. */
interface MailTransport {

  /**
   * Completes once the mail is somebody else's to keep; fails when it is not, or may not be.
   *
   * @throws RefusedForGood when trying again would not help
   */
  Mono<Void> deliver(Letter letter);

  /** The server refused the address, and will do so again. */
  final class RefusedForGood extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedForGood(Throwable cause) {
      super(cause.getMessage(), cause);
    }
  }
}
