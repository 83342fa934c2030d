package io.gatehouse.local;

import io.gatehouse.local.journey.Journey;
import io.gatehouse.local.platform.Progress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "check",
    description = "Walks a customer's whole journey and prints pass or fail per step.")
final class CheckCommand implements Callable<Integer> {
  @Mixin private final PublicUrl url = new PublicUrl();

  private final Progress progress;

  CheckCommand(Progress progress) {
    this.progress = progress;
  }

  @Override
  public Integer call() {
    var target = url.get();
    progress.line("Checking " + target);
    var outcome = new Journey(target, progress::line).walk();
    progress.line(summary(outcome));
    return outcome.failed() == 0 ? 0 : 1;
  }

  private static String summary(Journey.Outcome outcome) {
    if (outcome.failed() == 0) {
      return "All steps passed.";
    }
    var failed = outcome.failed() == 1 ? "1 step failed" : outcome.failed() + " steps failed";
    return outcome.skipped() == 0
        ? failed + "."
        : "%s, %d not tried.".formatted(failed, outcome.skipped());
  }
}
