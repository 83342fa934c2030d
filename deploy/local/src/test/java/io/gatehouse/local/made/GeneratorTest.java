package io.gatehouse.local.made;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.local.platform.Checkouts;
import io.gatehouse.local.platform.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made from services.yml is as the list says, and follows when the list changes. */
class GeneratorTest {
  private static final String SHOP =
      """
        shop-service:
          port: 8099
          management-port: 9099
          database: shop
          redis: true
          calls: [auth-server]
          scopes:
            shop.read: {document: Read shops, consent: See your shops}
      """;

  @TempDir private Path root;

  @BeforeEach
  void copy() throws IOException {
    copy(Path.of("services.yml"));
    for (var folder : new String[] {"deploy/kubernetes", "deploy/observability", "docs"}) {
      copyAll(Path.of(folder));
    }
    for (var file : Artefacts.WHOLE) {
      if (!Files.exists(root.resolve(file.path()))) {
        copy(Path.of(file.path()));
      }
    }
    for (var path : Artefacts.MARKED) {
      if (!Files.exists(root.resolve(path))) {
        copy(Path.of(path));
      }
    }
  }

  @Test
  void made_isWhatTheListSays_always() {
    assertThat(Generator.stale(Checkouts.ROOT))
        .as("stale; make them anew with " + Generator.COMMAND)
        .isEmpty();
  }

  @Test
  void everything_follows_whenAServiceIsAddedAndTakenAway() throws IOException {
    var before = texts();
    var list = root.resolve("services.yml");
    var without = Files.readString(list);
    Files.writeString(list, without.replace("  gateway:\n", SHOP + "  gateway:\n"));

    var written = Generator.write(root);

    assertThat(Generator.write(root)).as("the second time").isEmpty();
    var expected = new TreeSet<Path>();
    Artefacts.WHOLE.forEach(file -> expected.add(Path.of(file.path())));
    Artefacts.MARKED.forEach(file -> expected.add(Path.of(file)));
    Artefacts.EACH_SERVICE.forEach(one -> expected.add(Path.of(one.folder(), "shop-service.yaml")));
    expected.add(Runbooks.DASHBOARD);
    expected.add(AlertRules.RESOURCE);
    assertThat(written).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(expected)
        .allSatisfy(file -> assertThat(root.resolve(file)).content().containsIgnoringCase("shop"));

    Files.writeString(list, without);
    assertThat(Generator.write(root)).hasSameElementsAs(written);
    assertThat(texts()).isEqualTo(before);
  }

  @Test
  void change_byHand_isToldAndRepaired() throws IOException {
    var alerts = root.resolve("deploy/observability/prometheus/alerts.yml");
    var right = Files.readString(alerts);
    Files.writeString(alerts, right.replace("absent(up{job=\"order-service\"})", "vector(0)"));

    assertThat(Generator.stale(root)).containsExactly(root.relativize(alerts));
    Generator.write(root);
    assertThat(alerts).hasContent(right);
  }

  @Test
  void file_isLeftAlone_whenAMarkIsGone() throws IOException {
    var compose = root.resolve("docker-compose.yml");
    var without =
        Files.readString(compose)
            .replaceFirst("(?m)^ *# made from services.yml by ./gatehouse make: end\n", "");
    Files.writeString(compose, without);

    assertThatThrownBy(() -> Generator.write(root))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("docker-compose.yml has no end of the region");
    assertThat(compose).hasContent(without);
  }

  private Map<Path, String> texts() throws IOException {
    var texts = new HashMap<Path, String>();
    try (var files = Files.walk(root)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        // Byte by byte: pictures are among them.
        texts.put(root.relativize(file), Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    return texts;
  }

  private void copyAll(Path folder) {
    try (Stream<Path> files = Files.walk(Checkouts.ROOT.resolve(folder))) {
      files.filter(Files::isRegularFile).forEach(file -> copy(Checkouts.ROOT.relativize(file)));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private void copy(Path file) {
    try {
      Files.createDirectories(root.resolve(file).getParent());
      Files.copy(Checkouts.ROOT.resolve(file), root.resolve(file));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
