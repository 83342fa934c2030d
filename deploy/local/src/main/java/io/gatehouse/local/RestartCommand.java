package io.gatehouse.local;

import io.gatehouse.local.platform.Progress;
import io.gatehouse.local.platform.Restart;
import io.gatehouse.local.platform.Service;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "restart",
    description = "Replaces a service's processes; where two can run side by side, without a gap.")
final class RestartCommand implements Callable<Integer> {
  @Mixin private final DataFolder folder = new DataFolder();

  @Parameters(paramLabel = "SERVICE", description = "for example order-service")
  private String service = "";

  private final Progress progress;

  RestartCommand(Progress progress) {
    this.progress = progress;
  }

  @Override
  public Integer call() {
    new Restart(folder.running(), progress).of(Service.named(service));
    return 0;
  }
}
