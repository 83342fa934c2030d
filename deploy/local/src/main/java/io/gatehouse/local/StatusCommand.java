package io.gatehouse.local;

import io.gatehouse.local.platform.Progress;
import io.gatehouse.local.platform.Status;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "status",
    description = "Tells what runs, what died and what the gateway thinks of the others.",
    footer = "Ends with 0 when everything is ready, else with 1.")
final class StatusCommand implements Callable<Integer> {
  @Mixin private final DataFolder folder = new DataFolder();

  private final Progress progress;

  StatusCommand(Progress progress) {
    this.progress = progress;
  }

  @Override
  public Integer call() {
    var status = Status.of(folder.running());
    status.lines().forEach(progress::line);
    return status.allReady() ? 0 : 1;
  }
}
