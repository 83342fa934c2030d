package io.gatehouse.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** How names are made of contents, and what the files hold. */
class ConsoleFilesTest {
  private static final Path SOURCES = Path.of("src/main/resources/console");
  private static final Map<String, String> SMALL =
      Map.of(
          "index.html",
          "<link href=\"a.css\"><script src=\"a.js\"></script><!-- modules"
              + " -->{{publicUrl}}{{demo}}",
          "a.css",
          "p{}",
          "a.js",
          "const { x } = await import('./b.js');import y from \"lit-html\";",
          "b.js",
          "export const x = 1;",
          "lit-html.js",
          "export default 1;\n//# sourceMappingURL=lit-html.js.map",
          "unreached.js",
          "");

  private static ConsoleFiles prepared(Map<String, String> files) {
    return new ConsoleFiles(
        "https://example.com/?a=\"b\"",
        true,
        name -> files.getOrDefault(name, "").getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> with(String name, String content) {
    var files = new HashMap<>(SMALL);
    files.put(name, content);
    return files;
  }

  @Test
  void page_namesEveryFileItReaches_byItsContent() {
    var files = prepared(SMALL);

    assertThat(files.names())
        .hasSize(4)
        .allSatisfy(name -> assertThat(name).matches("[\\w-]+\\.[0-9a-f]{16}\\.(js|css)"))
        .noneMatch(name -> name.startsWith("unreached"));
    assertThat(files.page().content())
        .contains("https://example.com/?a=&quot;b&quot;true")
        .containsPattern("href=\"assets/a\\.[0-9a-f]{16}\\.css\" integrity=\"sha384-[^\"]{64}\"")
        .containsPattern("src=\"assets/a\\.[0-9a-f]{16}\\.js\" integrity=\"sha384-[^\"]{64}\"")
        .containsPattern("rel=\"modulepreload\" href=\"assets/b\\.[^\"]+\" integrity=\"sha384-");
    var importing = content(files, "a.");
    assertThat(importing)
        .containsPattern("import\\('./b\\.[0-9a-f]{16}\\.js'")
        .containsPattern("from \"\\./lit-html\\.[0-9a-f]{16}\\.js\"");
    assertThat(content(files, "lit-html.")).doesNotContain("sourceMappingURL");
  }

  @Test
  void changedFile_changesItsName_andThoseOfAllThatImportIt() {
    var before = prepared(SMALL);
    var after = prepared(with("b.js", "export const x = 2;"));

    assertThat(after.names())
        .doesNotContainAnyElementsOf(List.of(name(before, "a.", ".js"), name(before, "b.", ".js")));
    assertThat(after.names())
        .contains(name(before, "lit-html.", ".js"), name(before, "a.", ".css"));
    assertThat(after.page().tag()).isNotEqualTo(before.page().tag());
  }

  @Test
  void circle_isRefused_andNamed() {
    assertThatThrownBy(() -> prepared(with("b.js", "import './a.js';")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("[a.js, b.js] and again a.js");
  }

  @Test
  void languages_haveTheSameMessages_withTheSamePlaces() {
    var english = messages("en");
    var german = messages("de");

    assertThat(english).hasSizeGreaterThan(100);
    assertThat(german.keySet()).isEqualTo(english.keySet());
    english.forEach(
        (key, text) -> assertThat(places(german.get(key))).as(key).isEqualTo(places(text)));
  }

  @Test
  void everyMessage_thatAViewNames_isThere() {
    var known = messages("en").keySet();
    var named =
        own().values().stream()
            .flatMap(text -> Pattern.compile("\\bt\\('([\\w.-]+)'").matcher(text).results())
            .map(found -> found.group(1))
            .collect(Collectors.toSet());

    assertThat(named).hasSizeGreaterThan(100);
    assertThat(known).containsAll(named);
  }

  /** Lit removes an element by its remove(): a view's own of that name would be called. */
  @Test
  void view_overridesNothing_thatTheBrowserCalls() {
    var methods = Pattern.compile("(?m)^  (?:async )?(\\w+)\\([^)]*\\) \\{$");
    var own =
        own().values().stream()
            .filter(text -> text.contains("customElements.define"))
            .flatMap(text -> methods.matcher(text).results())
            .map(found -> found.group(1))
            .collect(Collectors.toSet());

    assertThat(own)
        .contains("render", "opened")
        .doesNotContain(
            "remove", "append", "before", "after", "click", "focus", "closest", "matches");
  }

  @Test
  void minorUnits_areThoseOfIso4217() {
    var text = own().get("text.js");
    var known =
        Currency.getAvailableCurrencies().stream()
            .filter(currency -> currency.getDefaultFractionDigits() >= 0)
            .filter(currency -> currency.getDefaultFractionDigits() != 2)
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toSet());
    for (var digits : List.of(0, 3, 4)) {
      var line = Pattern.compile("(?m)^  " + digits + ": '([A-Z ]+)',$").matcher(text);
      assertThat(line.find()).isTrue();
      // The JDK does not know Uruguay's wage index, which has four.
      assertThat(line.group(1).split(" ", -1))
          .filteredOn(code -> !(digits == 4 && code.equals("UYW")))
          .allSatisfy(
              code ->
                  assertThat(Currency.getInstance(code).getDefaultFractionDigits())
                      .as(code)
                      .isEqualTo(digits));
      known.removeAll(List.of(line.group(1).split(" ", -1)));
    }
    assertThat(text).contains("'CLF UYW'");
    // Those that are no longer in use have no place in a new order.
    assertThat(known)
        .isSubsetOf(
            "ADP", "BEF", "BYB", "BYR", "ESP", "GRD", "ITL", "LUF", "MGF", "PTE", "ROL", "TPE",
            "TRL");
  }

  @Test
  void file_namesNoOtherHost() {
    assertThat(own())
        .hasSizeGreaterThan(15)
        .allSatisfy(
            (name, text) ->
                assertThat(text.replace("http://www.w3.org/2000/svg", ""))
                    .as(name)
                    .doesNotContainPattern("https?://|[\"'`(]//"));
  }

  private static Map<String, String> messages(String language) {
    return Pattern.compile("(?m)^  '([^']+)': '(.*)',$")
        .matcher(own().get(language + ".js") + own().get(language + "-faults.js"))
        .results()
        .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
  }

  private static Set<String> places(String text) {
    return Pattern.compile("\\{\\w+}")
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }

  private static Map<String, String> own() {
    try (var files = Files.list(SOURCES)) {
      return files.collect(
          Collectors.toMap(file -> file.getFileName().toString(), ConsoleFilesTest::read));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static String content(ConsoleFiles files, String start) {
    return files.asset(name(files, start, ".js")).orElseThrow().content();
  }

  private static String name(ConsoleFiles files, String start, String end) {
    return files.names().stream()
        .filter(name -> name.startsWith(start) && name.endsWith(end))
        .findFirst()
        .orElseThrow();
  }
}
