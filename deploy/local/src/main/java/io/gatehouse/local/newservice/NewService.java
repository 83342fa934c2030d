package io.gatehouse.local.newservice;

import io.gatehouse.local.made.Generator;
import io.gatehouse.local.platform.Failure;
import io.gatehouse.local.platform.Service;
import io.gatehouse.local.platform.Services;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.io.file.PathUtils;

/** Adds a service, wholly or not at all. */
public final class NewService {
  private static final int FIRST_PORT = 8083;
  private static final int MANAGEMENT = 1000;

  private final Path root;
  private final ServiceName name;
  private final Template template;

  private NewService(Path root, ServiceName name, Template template) {
    this.root = root;
    this.name = name;
    this.template = template;
  }

  /**
   * Makes the module, its entry in services.yml, its route and all that is made from the list.
   *
   * @param root the checkout
   * @param name such as {@code inventory}: the path is {@code /api/inventory}
   * @param database whether it keeps something
   * @return the service as the list now has it
   * @throws Failure when the name is taken or none; then nothing changed
   */
  public static Service add(Path root, String name, boolean database) {
    var template = database ? Template.DATABASE : Template.PLAIN;
    return new NewService(root, ServiceName.of(name), template).add();
  }

  private Service add() {
    var services = Services.read(root);
    requireFree(services);
    var port = freePort(services);
    var list = new ListEntry(root);
    var routes = new Route(root);
    var texts = new TreeMap<Path, String>();
    var module = Path.of(name.module());
    template
        .files(root, name, port, port + MANAGEMENT)
        .forEach((path, text) -> texts.put(module.resolve(path), text));
    texts.put(ListEntry.FILE, list.with(name, port, port + MANAGEMENT, template));
    texts.put(Route.FILE, routes.with(name));
    try {
      write(texts);
      Generator.write(root);
      return Services.read(root).find(name.module()).orElseThrow();
    } catch (Failure failed) {
      undo(list.text(), routes.text());
      throw failed;
    }
  }

  private void requireFree(Services services) {
    if (Files.exists(root.resolve(name.module()))
        || new Route(root).takes("/api/" + name.text())
        || Stream.concat(services.all().stream(), services.optional().stream())
            .anyMatch(this::clashes)) {
      throw new Failure(
          "The name \"%s\" is taken: there is such a module, database, scope or path. Choose another."
              .formatted(name.text()));
    }
  }

  /** Names may not differ by a hyphen only: their packages would be one. */
  private boolean clashes(Service other) {
    var packageName = other.name().replaceFirst("-service$", "").replace("-", "");
    return packageName.equals(name.packageName())
        || other.database().filter(name.database()::equals).isPresent()
        || other.scopes().stream().anyMatch(scope -> scope.name().startsWith(name.text() + "."));
  }

  private static int freePort(Services services) {
    return IntStream.range(FIRST_PORT, FIRST_PORT + MANAGEMENT)
        .filter(port -> services.isFree(port) && services.isFree(port + MANAGEMENT))
        .findFirst()
        .orElseThrow(() -> new Failure("No port is free for another service."));
  }

  private void write(Map<Path, String> texts) {
    texts.forEach(
        (path, text) -> {
          var file = root.resolve(path);
          try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
          } catch (IOException failed) {
            throw new Failure(
                "Cannot write %s: %s".formatted(file, Failure.reason(failed)), failed);
          }
        });
  }

  private void undo(String list, String routes) {
    write(Map.of(ListEntry.FILE, list, Route.FILE, routes));
    deleteModule(root, name);
    Generator.write(root);
  }

  static void deleteModule(Path root, ServiceName name) {
    var module = root.resolve(name.module());
    try {
      if (Files.exists(module)) {
        PathUtils.deleteDirectory(module);
      }
    } catch (IOException failed) {
      throw new Failure("Cannot delete %s: %s".formatted(module, Failure.reason(failed)), failed);
    }
  }
}
