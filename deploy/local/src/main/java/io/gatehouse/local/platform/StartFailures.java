package io.gatehouse.local.platform;

import java.io.UncheckedIOException;
import java.util.concurrent.CompletionException;

/** Says in a sentence why a start failed, with the last lines of whoever died of it. */
final class StartFailures {
  private static final int LOG_LINES = 20;

  private StartFailures() {}

  /** What to throw to the command line: a failure, whose message is for people. */
  static RuntimeException sentence(Home home, Throwable thrown) {
    return switch (thrown) {
      case CompletionException wrapped when wrapped.getCause() != null ->
          sentence(home, wrapped.getCause());
      case Launcher.ComponentFailed died -> {
        var what =
            Postgres.NAME.equals(died.component())
                ? Postgres.whyItEnded(home)
                : died.getMessage() + "; everything started with it was stopped.";
        yield new Failure(
            "%s%nThe last lines of %s:%n%s"
                .formatted(
                    what,
                    home.log(died.component()),
                    home.lastLines(died.component(), LOG_LINES).indent(4).stripTrailing()),
            died);
      }
      case Failure failure -> failure;
      case UncheckedIOException unread ->
          new Failure("The start failed: " + Failure.reason(unread.getCause()) + ".", unread);
      default -> new Failure("The start failed: " + thrown, thrown);
    };
  }
}
