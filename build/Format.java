import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks or applies google-java-format on every Java source of the tree.
 *
 * <p>Run by the build: {@code java --class-path google-java-format-all-deps.jar build/Format.java
 * check|apply ROOT}. Exits 1 and names each file when {@code check} finds one that differs.
 */
class Format {
  private static final List<String> SKIPPED =
      List.of("target", ".git", "node_modules", ".gatehouse");

  public static void main(String[] args) throws Exception {
    var apply = args[0].equals("apply");
    var root = Path.of(args[1]);
    var formatter = new Formatter();
    var differing = 0;
    List<Path> sources;
    try (Stream<Path> found = Files.walk(root)) {
      sources = found.filter(path -> isSource(root.relativize(path))).sorted().toList();
    }
    for (var source : sources) {
      var before = Files.readString(source);
      var ordered =
          ImportOrderer.reorderImports(
              RemoveUnusedImports.removeUnusedImports(before), Style.GOOGLE);
      var after = formatter.formatSource(ordered);
      if (after.equals(before)) {
        continue;
      }
      differing++;
      if (apply) {
        Files.writeString(source, after);
      } else {
        System.err.println("not formatted: " + root.relativize(source));
      }
    }
    if (differing > 0 && !apply) {
      System.err.println("Run ./mvnw -N -Pformat validate to format " + differing + " file(s).");
      System.exit(1);
    }
  }

  private static boolean isSource(Path path) {
    if (!path.toString().endsWith(".java")) {
      return false;
    }
    for (var part : path) {
      if (SKIPPED.contains(part.toString())) {
        return false;
      }
    }
    return true;
  }
}
