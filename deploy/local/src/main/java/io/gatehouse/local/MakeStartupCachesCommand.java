package io.gatehouse.local;

import io.gatehouse.local.platform.StartupCaches;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What {@code up} leaves running in the background after the first start of a build. */
@Command(name = "make-startup-caches", hidden = true)
final class MakeStartupCachesCommand implements Callable<Integer> {
  @Mixin private final DataFolder folder = new DataFolder();

  @Override
  public Integer call() {
    new StartupCaches(folder.running()).make();
    return 0;
  }
}
