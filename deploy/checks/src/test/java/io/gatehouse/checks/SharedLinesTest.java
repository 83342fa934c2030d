package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What two services need alike stands once, in service-defaults or service-store: no six lines in a
 * row are the same in two of them, code or settings, templates or scripts. Blank lines, comments,
 * imports and lone punctuation do not count; nor do migrations, which are never changed again, and
 * API documents, where each call lists its answers; nor what two services still have as new-service
 * made it.
 */
class SharedLinesTest {
  private static final int LIMIT = 6;
  private static final List<String> KINDS =
      List.of(
          ".java",
          ".yml",
          ".yaml",
          ".sql",
          ".jte",
          ".js",
          ".css",
          ".html",
          ".graphqls",
          ".lua",
          ".properties");
  private static final List<String> EXCEPTED = List.of("/db/migration/", "/openapi");

  @Test
  void services_shareNoSixLines_inTheirMainSources() {
    var search = new Search();
    for (var file : files("deploy/templates")) {
      if (file.toString().contains("/src/main/")) {
        search.passOver(Checkout.read(file).lines().toList());
      }
    }
    var read = 0;
    for (var service : services()) {
      for (var file : files(service + "/src/main")) {
        read++;
        var name = Checkout.ROOT.relativize(file).toString();
        search.add(service, name, Checkout.read(file).lines().toList());
      }
    }
    assertThat(read).as("files read").isGreaterThan(300);
    assertThat(search.shared()).as("lines that two services share").isEmpty();
  }

  @Test
  void sixLines_areFound_whereverTheyStand() {
    var search = new Search();
    var lines = List.of("a();", "b();", "", "c();", "// why", "d();", "}", "e();", "f();");
    search.add("one-service", "One.java", lines);
    search.add("other-service", "Other.java", lines);
    search.add("third-service", "Third.java", lines.subList(0, 8));
    assertThat(search.shared()).containsExactly("One.java:1 ~ Other.java:1");
  }

  @Test
  void linesOfTheTemplate_arePassedOver_untilOneIsChanged() {
    var search = new Search();
    var lines = List.of("a();", "b();", "c();", "d();", "e();", "f();");
    var changed = List.of("a();", "b();", "c();", "d();", "e();", "g();");
    search.passOver(lines);
    search.add("one-service", "One.java", lines);
    search.add("other-service", "Other.java", lines);
    search.add("one-service", "Changed.java", changed);
    search.add("other-service", "ChangedToo.java", changed);
    assertThat(search.shared()).containsExactly("Changed.java:1 ~ ChangedToo.java:1");
  }

  private static List<String> services() {
    return Checkout.yaml(Checkout.path("services.yml")).getFirst().at("services").keys();
  }

  private static List<Path> files(String folder) {
    return KINDS.stream()
        .flatMap(kind -> Checkout.files(folder, kind).stream())
        .filter(file -> EXCEPTED.stream().noneMatch(file.toString()::contains))
        .toList();
  }

  /** The first line of six that count. */
  private record Place(String service, String file, int line) {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  private record Line(int number, String text) {}

  /** Six lines in a row, and where they begin. */
  private record Run(int line, String text) {}

  private static final class Search {
    private final Map<String, List<Place>> places = new TreeMap<>();
    private final Set<String> passedOver = new HashSet<>();

    void add(String service, String file, List<String> text) {
      for (var run : runs(text)) {
        places
            .computeIfAbsent(run.text(), _ -> new ArrayList<>())
            .add(new Place(service, file, run.line()));
      }
    }

    void passOver(List<String> text) {
      runs(text).forEach(run -> passedOver.add(run.text()));
    }

    List<String> shared() {
      var pairs = new TreeSet<String>();
      places.forEach(
          (text, same) -> {
            for (var other : same) {
              if (!passedOver.contains(text)
                  && !other.service().equals(same.getFirst().service())) {
                pairs.add(same.getFirst() + " ~ " + other);
              }
            }
          });
      return List.copyOf(pairs);
    }
  }

  private static List<Run> runs(List<String> text) {
    var lines = new ArrayList<Line>();
    for (var i = 0; i < text.size(); i++) {
      var line = text.get(i).strip();
      if (counts(line)) {
        lines.add(new Line(i + 1, line));
      }
    }
    var runs = new ArrayList<Run>();
    for (var i = 0; i + LIMIT <= lines.size(); i++) {
      var six = lines.subList(i, i + LIMIT).stream().map(Line::text).toList();
      runs.add(new Run(lines.get(i).number(), String.join("\n", six)));
    }
    return runs;
  }

  private static boolean counts(String line) {
    return line.chars().anyMatch(Character::isLetterOrDigit)
        && !line.startsWith("//")
        && !line.startsWith("*")
        && !line.startsWith("/*")
        && !line.startsWith("#")
        && !line.startsWith("import ")
        && !line.startsWith("package ");
  }
}
