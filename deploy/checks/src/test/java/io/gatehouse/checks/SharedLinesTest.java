package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * What two services need alike stands once, in service-defaults or service-store: no six lines in a
 * row are the same in two of them. Blank lines, comments, imports and lone punctuation do not
 * count.
 */
class SharedLinesTest {
  private static final int LIMIT = 6;

  @Test
  void services_shareNoSixLines_inTheirMainSources() {
    var places = new TreeMap<String, List<Place>>();
    var read = 0;
    for (var service : services()) {
      for (var file : Checkout.files(service + "/src/main/java", ".java")) {
        read++;
        collect(service, file, places);
      }
    }
    assertThat(read).as("files read").isGreaterThan(100);
    assertThat(shared(places)).as("lines that two services share").isEmpty();
  }

  @Test
  void sixLines_areFound_whereverTheyStand() {
    var places = new TreeMap<String, List<Place>>();
    var lines = List.of("a();", "b();", "", "c();", "// why", "d();", "}", "e();", "f();");
    collect("one-service", "One.java", lines, places);
    collect("other-service", "Other.java", lines, places);
    collect("third-service", "Third.java", lines.subList(0, 8), places);
    assertThat(shared(places)).containsExactly("One.java:1 ~ Other.java:1");
  }

  /** The first line of six that count. */
  private record Place(String service, String file, int line) {
    @Override
    public String toString() {
      return file + ":" + line;
    }
  }

  private record Line(int number, String text) {}

  private static List<String> services() {
    return Checkout.yaml(Checkout.path("services.yml")).getFirst().at("services").keys();
  }

  private static void collect(String service, Path file, Map<String, List<Place>> places) {
    var name = Checkout.ROOT.relativize(file).toString();
    collect(service, name, Checkout.read(file).lines().toList(), places);
  }

  private static void collect(
      String service, String file, List<String> text, Map<String, List<Place>> places) {
    var lines = new ArrayList<Line>();
    for (var i = 0; i < text.size(); i++) {
      var line = text.get(i).strip();
      if (counts(line)) {
        lines.add(new Line(i + 1, line));
      }
    }
    for (var i = 0; i + LIMIT <= lines.size(); i++) {
      var six = lines.subList(i, i + LIMIT).stream().map(Line::text).toList();
      places
          .computeIfAbsent(String.join("\n", six), _ -> new ArrayList<>())
          .add(new Place(service, file, lines.get(i).number()));
    }
  }

  private static boolean counts(String line) {
    return line.chars().anyMatch(Character::isLetterOrDigit)
        && !line.startsWith("//")
        && !line.startsWith("*")
        && !line.startsWith("/*")
        && !line.startsWith("import ")
        && !line.startsWith("package ");
  }

  private static List<String> shared(Map<String, List<Place>> places) {
    var pairs = new TreeSet<String>();
    for (var same : places.values()) {
      for (var other : same) {
        if (!other.service().equals(same.getFirst().service())) {
          pairs.add(same.getFirst() + " ~ " + other);
        }
      }
    }
    return List.copyOf(pairs);
  }
}
