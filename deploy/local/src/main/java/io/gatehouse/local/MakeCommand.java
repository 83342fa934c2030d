package io.gatehouse.local;

import io.gatehouse.local.made.Generator;
import io.gatehouse.local.platform.Progress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "make",
    description = "Makes anew what is made from services.yml: Compose, Kubernetes, alerts, docs.")
final class MakeCommand implements Callable<Integer> {
  private final Progress progress;

  MakeCommand(Progress progress) {
    this.progress = progress;
  }

  @Override
  public Integer call() {
    var written = Generator.write(DataFolder.root());
    written.forEach(file -> progress.line("  " + file));
    progress.line(
        written.isEmpty()
            ? "All that is made from services.yml is up to date."
            : "Made %d files anew.".formatted(written.size()));
    return 0;
  }
}
