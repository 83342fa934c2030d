package io.gatehouse.local;

import io.gatehouse.local.platform.Progress;
import io.gatehouse.local.platform.Shutdown;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "down", description = "Stops everything gracefully; the data stays.")
final class DownCommand implements Callable<Integer> {
  @Mixin private final DataFolder folder = new DataFolder();

  private final Progress progress;

  DownCommand(Progress progress) {
    this.progress = progress;
  }

  @Override
  public Integer call() {
    var stopped = new Shutdown(folder.running()).stopAll();
    progress.line(stopped == 0 ? "Gatehouse is not running." : "Stopped.");
    return 0;
  }
}
