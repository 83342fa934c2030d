package io.gatehouse.local;

import io.gatehouse.local.platform.Progress;
import io.gatehouse.local.platform.Restart;
import io.gatehouse.local.platform.Services;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "restart",
    description = "Replaces a service's processes; where two can run side by side, without a gap.")
final class RestartCommand implements Callable<Integer> {
  @Mixin private final DataFolder folder = new DataFolder();

  @Parameters(paramLabel = "SERVICE", description = "for example order-service")
  private String name = "";

  @Spec private @Nullable CommandSpec spec;

  private final Progress progress;

  RestartCommand(Progress progress) {
    this.progress = progress;
  }

  @Override
  public Integer call() {
    var home = folder.running();
    var services = Services.read(home.root());
    var service =
        services
            .find(name)
            .orElseThrow(
                () ->
                    new ParameterException(
                        Objects.requireNonNull(spec).commandLine(), services.unknown(name)));
    new Restart(home, progress).of(service);
    return 0;
  }
}
