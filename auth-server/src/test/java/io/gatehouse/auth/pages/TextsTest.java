package io.gatehouse.auth.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.auth.ApiScopes;
import io.gatehouse.defaults.web.ErrorBody.Problem;
import io.gatehouse.defaults.web.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the pages say, in every language. */
class TextsTest {
  private static final Path TEMPLATES = Path.of("src/main/jte");
  private static final Path SOURCES = Path.of("src/main/java/io/gatehouse/auth");

  /** The same words in both languages. */
  private static final Set<String> ALIKE = Set.of("field.name", "field.code", "account.passkeys");

  private static final Texts ENGLISH = Texts.of("en");
  private static final Texts GERMAN = Texts.of("de");

  @Test
  void languages_haveTheSameMessages_withTheSamePlacesAndElements() {
    var english = messages("en");
    var german = messages("de");

    assertThat(english).hasSizeGreaterThan(100);
    assertThat(german.keySet()).isEqualTo(english.keySet());
    english.forEach(
        (key, text) -> {
          assertThat(found("\\{\\d}", german.get(key))).as(key).isEqualTo(found("\\{\\d}", text));
          assertThat(found("<[^>]+>", german.get(key))).as(key).isEqualTo(found("<[^>]+>", text));
        });
  }

  @Test
  void germanMessages_areGerman() {
    var german = messages("de");

    var alike = messages("en");
    alike.entrySet().removeIf(message -> !message.getValue().equals(german.get(message.getKey())));
    assertThat(alike.keySet()).isEqualTo(ALIKE);
    ApiScopes.names().forEach(scope -> assertThat(GERMAN.langOfScope(scope)).as(scope).isNull());
    ApiScopes.consent()
        .forEach((scope, words) -> assertThat(GERMAN.scope(scope)).as(scope).isNotEqualTo(words));
  }

  @Test
  void everyMessage_thatIsNamed_isThere_andNoOther() {
    var known = messages("en").keySet();
    var sources = texts();
    var calls = "(?<=\\b(?:say|localize|good|bad|Message\\.of)\\(\")[a-zA-Z.]+(?=\"[,)])";
    var named =
        found("(?<=\")(?:field|hint|rule|error|signIn)\\.[a-zA-Z]+(?=\")", sources.stream());
    named.addAll(found(calls, sources.stream()));

    assertThat(named).hasSizeGreaterThan(100);
    assertThat(known).containsAll(named);
    assertThat(found("(?<=\")[a-zA-Z.]+(?=\")", sources.stream()))
        .containsAll(
            known.stream()
                .filter(key -> !key.matches("error\\.(title\\..*|[A-Z_]+)|scope\\..*"))
                .toList());
  }

  @Test
  void templates_haveNoWordsOfTheirOwn() {
    try (var files = Files.list(TEMPLATES)) {
      assertThat(files.toList())
          .hasSizeGreaterThan(30)
          .allSatisfy(file -> assertThat(words(read(file))).as(file.toString()).isEmpty());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Set<String> words(String template) {
    var text = template.replaceAll("(?s)<%--.*?--%>", "");
    assertThat(text).doesNotContainPattern("(title|alt|placeholder|aria-label)=\"[^$]");
    for (var before = ""; !before.equals(text); ) {
      before = text;
      text = text.replaceAll("\\$\\{[^{}]*}", "");
    }
    text = text.replaceAll("(?m)^@.*$", "").replaceAll("(?s)<[^<>]*>", "").replace("Gatehouse", "");
    return found("\\p{L}+", text);
  }

  @Test
  void errors_sayInEnglish_whatTheApiSays() {
    var named = messages("en");
    for (var code : ErrorCode.values()) {
      var ours = named.get("error." + code);
      if (ours != null) {
        assertThat(ours).isEqualTo(code.message() + ".");
      }
      assertThat(ENGLISH.say(Texts.ofCode(code.name(), code.message())))
          .isEqualTo(code.message() + ".");
    }
    assertThat(GERMAN.say(Texts.ofCode("CONFLICT", ErrorCode.CONFLICT.message())))
        .isEqualTo(messages("de").get("error.CONFLICT"));
    var special = Texts.ofCode("CONFLICT", "this is special");
    assertThat(GERMAN.say(special)).isEqualTo("This is special.");
    assertThat(GERMAN.lang(special)).isEqualTo("en");
    assertThat(ENGLISH.lang(special)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "must be a well-formed email address | Muss eine gültige E-Mail-Adresse sein.",
        "must not be null | Darf nicht fehlen.",
        "size must be between 0 and 254 | Muss 0 bis 254 Zeichen haben.",
        "must have 12 to 128 characters and no control characters"
            + " | Muss 12 bis 128 Zeichen und darf keine Steuerzeichen haben.",
        "must have no invisible, direction or private characters"
            + " | Darf keine unsichtbaren, richtungsändernden oder privaten Zeichen haben.",
        "must be something new | Must be something new.",
      })
  void rules_ofTheApi_areSaidInTheLanguageOfThePage(String rule, String german) {
    var said = FieldRules.of(List.of(new Problem("x", "y"), new Problem("email", rule)), "email");

    assertThat(said).isNotNull();
    assertThat(GERMAN.say(said)).isEqualTo(german);
    assertThat(ENGLISH.say(said)).isEqualToIgnoringCase(rule + ".");
    assertThat(GERMAN.lang(said)).isEqualTo(german.startsWith("Must") ? "en" : null);
    assertThat(FieldRules.of(List.of(new Problem("x", rule)), "email")).isNull();
  }

  @Test
  void times_areInWords() {
    var time = Instant.parse("2026-03-05T21:22:43Z");

    assertThat(ENGLISH.time(time)).isEqualTo("5 Mar 2026, 21:22 UTC");
    assertThat(GERMAN.time(time)).isEqualTo("5. März 2026, 21:22 UTC");
  }

  @Test
  void values_areTakenAsTheyAre_andAMissingMessageIsADefect() {
    assertThat(GERMAN.say("consent.before", "a $1 \\ {0}"))
        .isEqualTo("a $1 \\ {0} (schon erlaubt)");
    assertThat(Texts.of("fr")).isSameAs(ENGLISH);
    assertThatThrownBy(() -> ENGLISH.say("nothing.such"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing.such");
  }

  private static Map<String, String> messages(String language) {
    var properties = new Properties();
    try (var file =
        Files.newBufferedReader(Path.of("src/main/resources/texts", language + ".properties"))) {
      properties.load(file);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return properties.stringPropertyNames().stream()
        .collect(Collectors.toMap(key -> key, properties::getProperty));
  }

  private static List<String> texts() {
    try (var templates = Files.list(TEMPLATES);
        var sources = Files.walk(SOURCES)) {
      return Stream.concat(templates, sources.filter(file -> file.toString().endsWith(".java")))
          .map(TextsTest::read)
          .toList();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Set<String> found(String pattern, String text) {
    return found(pattern, Stream.of(text));
  }

  private static Set<String> found(String pattern, Stream<String> texts) {
    var compiled = Pattern.compile(pattern);
    return texts
        .flatMap(text -> compiled.matcher(text).results())
        .map(MatchResult::group)
        .collect(Collectors.toSet());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
