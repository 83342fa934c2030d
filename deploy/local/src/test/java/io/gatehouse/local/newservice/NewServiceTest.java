package io.gatehouse.local.newservice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.local.made.Generator;
import io.gatehouse.local.platform.Checkouts;
import io.gatehouse.local.platform.Failure;
import io.gatehouse.local.platform.Services;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A service is added to a copy of this checkout and taken away again, to the byte. */
class NewServiceTest {
  private static final Set<String> LEFT_OUT =
      Set.of("target", ".git", ".gatehouse", "node_modules");
  private static final List<String> REFUSED_NAMES =
      List.of(
          "",
          "Inventory",
          "1st",
          "a--b",
          "-a",
          "a-",
          "a/b",
          "../a",
          "a b",
          "inventar\u00fc",
          "abcdefghijklmnopqrstuvwxyzabcde",
          "class",
          "gateway",
          "me",
          "docs",
          "users",
          "orders",
          "user",
          "order",
          "discovery",
          "auth",
          "template",
          "template1",
          "postgres",
          "pg-monitor",
          "orders-runtime",
          "connector",
          "none",
          "on",
          "no");
  private static final Pattern WORD = Pattern.compile("(?i)template");

  @TempDir private Path root;

  @BeforeEach
  void copyCheckout() throws IOException {
    Files.walkFileTree(
        Checkouts.ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes is)
              throws IOException {
            if (LEFT_OUT.contains(String.valueOf(folder.getFileName()))) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(copy(folder));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes is) throws IOException {
            Files.copy(file, copy(file));
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"almanac, true", "almanac, false", "sun-dials, true", "sun-dials, false"})
  void service_isEverywhere_andGoneWithoutATraceWhenRemoved(String name, boolean database) {
    var before = texts();

    var service = NewService.add(root, name, database);

    assertThat(service.name()).isEqualTo(name + "-service");
    assertThat(service.database().isPresent()).isEqualTo(database);
    assertThat(Generator.stale(root)).isEmpty();
    var added = texts();
    before.keySet().forEach(added::remove);
    assertThat(added.keySet())
        .contains(
            Path.of(service.name(), "pom.xml"),
            Path.of("deploy/kubernetes/base", service.name() + ".yaml"));
    added.forEach(
        (path, text) -> {
          if (path.startsWith(service.name())) {
            assertThat(WORD.matcher(path + text).find())
                .as("%s is still the template's", path)
                .isFalse();
          }
        });
    assertThat(texts().get(Route.FILE)).contains("uri: lb://" + service.name());

    RemovedService.remove(root, name);

    assertThat(texts()).isEqualTo(before);
  }

  @Test
  void services_standBesideEachOther() {
    var before = texts();
    var first = NewService.add(root, "almanac", true);
    var second = NewService.add(root, "barometer", false);

    assertThat(second.port()).isNotEqualTo(first.port());
    assertThat(Services.read(root).all()).contains(first, second);

    RemovedService.remove(root, "almanac");
    assertThat(Services.read(root).find("barometer-service")).contains(second);
    RemovedService.remove(root, "barometer");
    assertThat(texts()).isEqualTo(before);
  }

  @Test
  void names_areRefusedInASentence_andNothingChanges() {
    var before = texts();

    for (var name : REFUSED_NAMES) {
      assertThatThrownBy(() -> NewService.add(root, name, true))
          .as("\"%s\"", name)
          .isInstanceOf(Failure.class)
          .hasMessageMatching("(?s)(\".*\" is no name|The name \".*\" is taken).*\\.");
    }
    assertThat(texts()).isEqualTo(before);
  }

  /** The build refuses what is not formatted, and lines grow with the name. */
  @Test
  void sources_areFormatted_howeverLongTheNameIs() throws IOException, InterruptedException {
    for (var name : List.of("b", "almanac", "abcdefghijklmnopqrstuvwxyz-abc")) {
      NewService.add(root, name, true);
      NewService.add(root, "c" + name.substring(1), false);
    }
    assertThat(formatCheck()).isEmpty();
  }

  private String formatCheck() throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
    command.add("-XX:TieredStopAtLevel=1");
    for (var part : List.of("api", "code", "file", "parser", "tree", "util")) {
      command.add("--add-exports=jdk.compiler/com.sun.tools.javac." + part + "=ALL-UNNAMED");
    }
    command.add("--class-path");
    command.add(Checkouts.ROOT.resolve("target/tools/google-java-format-all-deps.jar").toString());
    command.add(Checkouts.ROOT.resolve("build/Format.java").toString());
    command.addAll(List.of("check", root.toString()));
    var check = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var said = check.getInputStream()) {
      return new String(said.readAllBytes(), StandardCharsets.UTF_8);
    } finally {
      check.destroyForcibly();
    }
  }

  /** Some of the ports in between are the dashboards'. */
  @Test
  void portsAreFound_forManyServices() {
    for (var n = 'a'; n <= 'l'; n++) {
      NewService.add(root, "almanac" + n, false);
    }
    assertThat(
            Services.read(root).all().stream()
                .flatMap(one -> Stream.of(one.port(), one.managementPort())))
        .doesNotHaveDuplicates()
        .doesNotContain(9090, 8443);
  }

  @Test
  void takenName_isRefused_andNothingChanges() {
    NewService.add(root, "almanac", true);
    var before = texts();

    assertThatThrownBy(() -> NewService.add(root, "almanac", false))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("is taken");
    assertThat(texts()).isEqualTo(before);
  }

  @Test
  void nothingIsLeft_whenItFailsHalfWay() throws IOException {
    var compose = root.resolve("docker-compose.yml");
    Files.writeString(compose, Files.readString(compose).replace("make: end", "make: no end"));
    var before = texts();

    assertThatThrownBy(() -> NewService.add(root, "almanac", true)).isInstanceOf(Failure.class);
    assertThat(texts()).isEqualTo(before);
  }

  @Test
  void platformsOwnAndUnknown_areNotRemoved() {
    var before = texts();

    for (var name : List.of("user", "order", "gateway", "discovery", "nothing", "../deploy")) {
      assertThatThrownBy(() -> RemovedService.remove(root, name))
          .as(name)
          .isInstanceOf(Failure.class);
    }
    assertThat(texts()).isEqualTo(before);
  }

  private Path copy(Path original) {
    return root.resolve(Checkouts.ROOT.relativize(original).toString());
  }

  private Map<Path, String> texts() {
    var texts = new TreeMap<Path, String>();
    try (var files = Files.walk(root)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        texts.put(
            root.relativize(file),
            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
      return texts;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
