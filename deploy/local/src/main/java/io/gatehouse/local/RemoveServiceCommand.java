package io.gatehouse.local;

import io.gatehouse.local.newservice.RemovedService;
import io.gatehouse.local.platform.Progress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "remove-service",
    description = "Takes a service away again, its module included; data folders keep its data.")
final class RemoveServiceCommand implements Callable<Integer> {
  private final Progress progress;

  @Parameters(paramLabel = "NAME", description = "As it was given to new-service.")
  private String name = "";

  RemoveServiceCommand(Progress progress) {
    this.progress = progress;
  }

  @Override
  public Integer call() {
    RemovedService.remove(DataFolder.root(), name);
    progress.line("Removed %s-service.".formatted(name));
    return 0;
  }
}
