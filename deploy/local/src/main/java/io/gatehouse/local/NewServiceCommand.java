package io.gatehouse.local;

import io.gatehouse.local.newservice.NewService;
import io.gatehouse.local.platform.Progress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "new-service",
    description = "Adds a service that runs: module, route, tests, and its place everywhere.")
final class NewServiceCommand implements Callable<Integer> {
  private final Progress progress;

  @Parameters(
      paramLabel = "NAME",
      description = "Such as inventory: the module inventory-service behind /api/inventory.")
  private String name = "";

  @Option(
      names = "--database",
      description = "With a PostgreSQL database, and items to create, read, change and delete.")
  private boolean database;

  NewServiceCommand(Progress progress) {
    this.progress = progress;
  }

  @Override
  public Integer call() {
    var service = NewService.add(DataFolder.root(), name, database);
    progress.line(
        """
        Added %s: /api/%s, port %d.
        Next: ./mvnw verify, then ./gatehouse up. Its sources are in %s/; docs/adding-a-service.md goes on from here."""
            .formatted(service.name(), name, service.port(), service.name()));
    return 0;
  }
}
