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
    var failed = new Journey(target, progress::line).walk();
    progress.line(failed == 0 ? "All steps passed." : failed + " steps failed.");
    return failed == 0 ? 0 : 1;
  }
}
