package io.gatehouse.local.made;

import com.samskivert.mustache.Mustache;
import io.gatehouse.local.platform.Failure;
import io.gatehouse.local.platform.Services;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes what names every service from {@code services.yml}. The templates lie in the resources'
 * folder {@code made}; which file comes from which is said by {@link Artefacts}.
 */
public final class Generator {
  /** How the first line of a file that is made as a whole goes on after its comment sign. */
  static final String HEADER = "Made from services.yml by ./gatehouse make: edit there.";

  /** What repairs a checkout in which something is stale. */
  public static final String COMMAND = "./gatehouse make";

  private static final Mustache.Compiler TEMPLATES = Mustache.compiler().escapeHTML(false);

  private final Path root;
  private final ServicesView view;

  private Generator(Path root) {
    this.root = root;
    this.view = ServicesView.of(Services.read(root));
  }

  /**
   * Makes everything anew, and takes away what was made for services that are gone.
   *
   * @param root the checkout
   * @return the files that changed, relative to the root, in alphabetical order
   * @throws Failure when the list, a mark or a template cannot be understood; then nothing changed
   */
  public static List<Path> write(Path root) {
    var stale = new Generator(root).stale();
    stale.forEach((file, text) -> put(root.resolve(file), text));
    return List.copyOf(stale.keySet());
  }

  /**
   * What {@link #write} would change.
   *
   * @param root the checkout
   */
  public static List<Path> stale(Path root) {
    return List.copyOf(new Generator(root).stale().keySet());
  }

  /** The files that are not as they should be, with their right texts; empty: not to be there. */
  private Map<Path, Optional<String>> stale() {
    var made = new TreeMap<Path, Optional<String>>();
    for (var file : Artefacts.WHOLE) {
      made.put(Path.of(file.path()), Optional.of(fill(file.template(), view)));
    }
    for (var file : Artefacts.EACH_SERVICE) {
      view.services()
          .forEach(
              service ->
                  made.put(
                      Path.of(file.folder(), service.name() + ".yaml"),
                      Optional.of(fill(file.template(), service))));
      formerlyMade(Path.of(file.folder())).forEach(old -> made.putIfAbsent(old, Optional.empty()));
    }
    for (var path : Artefacts.MARKED) {
      made.put(Path.of(path), Optional.of(marked(Path.of(path))));
    }
    made.put(Runbooks.DASHBOARD, Optional.of(Runbooks.dashboard(root, made)));
    made.put(AlertRules.RESOURCE, Optional.of(AlertRules.resource(root, made)));
    made.entrySet().removeIf(one -> one.getValue().equals(current(one.getKey())));
    return made;
  }

  private String marked(Path path) {
    var text =
        current(path).orElseThrow(() -> new Failure("Cannot read " + root.resolve(path) + "."));
    return MarkedRegions.replace(path, text, region -> fill("regions/" + region, view));
  }

  private List<Path> formerlyMade(Path folder) {
    var found = new ArrayList<Path>();
    try (var files = Files.newDirectoryStream(root.resolve(folder), "*.yaml")) {
      for (var file : files) {
        var path = folder.resolve(String.valueOf(file.getFileName()));
        if (current(path).orElse("").startsWith("# " + HEADER)) {
          found.add(path);
        }
      }
      return found;
    } catch (IOException failed) {
      throw new Failure("Cannot read " + folder + ": " + Failure.reason(failed), failed);
    }
  }

  private static String fill(String template, Object values) {
    var resource = "/made/" + template + ".mustache";
    try (var in = Generator.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new Failure("There is no template for the region " + template + ".");
      }
      var reader = new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8);
      return TEMPLATES.compile(reader).execute(values);
    } catch (IOException failed) {
      throw new Failure("Cannot read " + resource + ": " + Failure.reason(failed), failed);
    }
  }

  private Optional<String> current(Path path) {
    var file = root.resolve(path);
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
    } catch (IOException failed) {
      throw new Failure("Cannot read " + file + ": " + Failure.reason(failed), failed);
    }
  }

  private static void put(Path file, Optional<String> text) {
    try {
      if (text.isPresent()) {
        Files.writeString(file, text.get());
      } else {
        Files.delete(file);
      }
    } catch (IOException failed) {
      throw new Failure("Cannot write " + file + ": " + Failure.reason(failed), failed);
    }
  }
}
