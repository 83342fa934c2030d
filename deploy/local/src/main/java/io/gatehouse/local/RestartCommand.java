package io.gatehouse.local;

import io.gatehouse.local.platform.Progress;
import io.gatehouse.local.platform.Restart;
import io.gatehouse.local.platform.Service;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "restart",
    description = "Replaces a service's processes; where two can run side by side, without a gap.")
final class RestartCommand implements Callable<Integer> {
  @Mixin private final DataFolder folder = new DataFolder();

  @Parameters(
      paramLabel = "SERVICE",
      converter = Named.class,
      description = "for example order-service")
  private Service service = Service.GATEWAY;

  private final Progress progress;

  RestartCommand(Progress progress) {
    this.progress = progress;
  }

  @Override
  public Integer call() {
    new Restart(folder.running(), progress).of(service);
    return 0;
  }

  /** Takes the name of a service. */
  static final class Named implements ITypeConverter<Service> {
    @Override
    public Service convert(String given) {
      return Service.find(given)
          .orElseThrow(() -> new TypeConversionException(Service.unknown(given)));
    }
  }
}
