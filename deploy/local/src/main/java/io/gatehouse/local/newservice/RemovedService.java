package io.gatehouse.local.newservice;

import io.gatehouse.local.made.Generator;
import io.gatehouse.local.platform.Failure;
import io.gatehouse.local.platform.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Takes a service away that {@link NewService} added. */
public final class RemovedService {
  /** What the platform cannot do without. */
  private static final Set<String> KEPT =
      Set.of("discovery", "auth-server", "user-service", "order-service", "gateway");

  private RemovedService() {}

  /**
   * Deletes its module, its entry in services.yml, its route and all that was made for it. Data
   * folders keep its database.
   *
   * @param root the checkout
   * @param name such as {@code inventory}
   * @throws Failure when there is no such service; then nothing changed
   */
  public static void remove(Path root, String name) {
    var asked = new ServiceName(name);
    if (KEPT.contains(name) || KEPT.contains(asked.module())) {
      throw new Failure("The platform cannot do without %s.".formatted(name));
    }
    if (Services.read(root).find(asked.module()).isEmpty()) {
      throw new Failure(
          "There is no service \"%s\" in %s.".formatted(name, root.resolve(ListEntry.FILE)));
    }
    var list = new ListEntry(root).without(asked);
    var routes = new Route(root).without(asked);
    try {
      Files.writeString(root.resolve(ListEntry.FILE), list);
      Files.writeString(root.resolve(Route.FILE), routes);
    } catch (IOException failed) {
      throw new Failure("Cannot write to %s: %s".formatted(root, Failure.reason(failed)), failed);
    }
    Generator.write(root);
    NewService.deleteModule(root, asked);
  }
}
