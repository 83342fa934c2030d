package io.gatehouse.gateway.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.defaults.web.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That the console has words of its own, in both languages, for all that the services refuse. */
class ConsoleFaultsTest {
  private static final Path CONSOLE = Path.of("src/main/resources/console");
  private static final List<String> SERVICES =
      List.of("user-service", "order-service", "auth-server", "service-defaults", "service-store");

  /** Bean Validation's own sentences for the rules that bodies have. */
  private static final List<String> DEFAULTS =
      List.of(
          "must not be null",
          "must not be blank",
          "must not be empty",
          "size must be between 1 and 2",
          "must be greater than or equal to 1",
          "must be less than or equal to 9999",
          "must only contain unique elements");

  private static final Pattern SECURITY_EVENT =
      Pattern.compile("\\b(?:record|report|told)\\(\\s*\"([a-z]+(?:-[a-z]+)*)\",");
  private static final Pattern WORDS_OF_EVENT = Pattern.compile("(?m)^  'security\\.([a-z-]+)': ");
  private static final Pattern REFUSED_CODE = Pattern.compile("refused\\(\\s*\"([A-Z_]+)\"");
  private static final Pattern ENUM_CODE = Pattern.compile("(?m)^  ([A-Z]+(?:_[A-Z]+)+)\\(\\d{3},");
  private static final Pattern DOCUMENTED_CODE = Pattern.compile("`([A-Z]+(?:_[A-Z]+)+)`");

  /** Texts in a row are one, as a formatter breaks a long one. */
  private static final String TEXT = "((?:\"(?:[^\"\\\\]|\\\\.)*\"[\\s+]*)+)";

  private static final List<Pattern> SENTENCES =
      Stream.of(
              "String message\\(\\) default\\s+" + TEXT,
              "\\bmessage = " + TEXT,
              "String \\w+_(?:MESSAGE|RULE) =\\s+" + TEXT,
              "(?:invalid|refuse|problem)\\(\\s*(?:context,\\s+)?(?:\"[\\w-]+\"|name|header|other),\\s+"
                  + TEXT,
              "\\bwrong\\(" + TEXT,
              "\\b(?:query|params)\\s*\\.\\w+\\((?:\\s*\"\\w+\"),[^\"]+" + TEXT)
          .map(Pattern::compile)
          .toList();

  @Test
  void everyCode_hasATextInBothLanguages() throws IOException {
    var codes = new TreeSet<String>();
    Stream.of(ErrorCode.values()).map(Enum::name).forEach(codes::add);
    codes.addAll(found(DOCUMENTED_CODE, Files.readString(Path.of("../docs/openapi.json"))));
    for (var source : sources()) {
      codes.addAll(found(REFUSED_CODE, source));
      if (source.contains("enum") && source.contains("implements ApiError")) {
        codes.addAll(found(ENUM_CODE, source));
      }
    }

    assertThat(codes).contains("ORDER_NOT_CHANGEABLE", "WRONG_PASSWORD", "CLIENT_LIMIT_REACHED");
    for (var language : List.of("en", "de")) {
      var faults = Files.readString(CONSOLE.resolve(language + "-faults.js"));
      assertThat(codes)
          .allSatisfy(code -> assertThat(faults).as(language).contains("'error." + code + "': "));
    }
  }

  @Test
  void everySecurityEvent_hasWordsInBothLanguages_andIsDocumented() throws IOException {
    var events = new TreeSet<String>();
    for (var source : sources()) {
      events.addAll(found(SECURITY_EVENT, source));
    }
    for (var source : sourcesOf("gateway")) {
      events.addAll(found(SECURITY_EVENT, source));
    }
    var operating = Files.readString(Path.of("../docs/operating.md"));

    assertThat(events).contains("sign-in", "roles-changed", "client-deleted", "token-refused");
    for (var language : List.of("en", "de")) {
      var words = Files.readString(CONSOLE.resolve(language + ".js"));
      assertThat(found(WORDS_OF_EVENT, words)).as(language).hasSameElementsAs(events);
    }
    assertThat(events).allSatisfy(one -> assertThat(operating).contains("`" + one + "`"));
  }

  @Test
  void everySentence_ofAService_isKnownByItsPattern() throws IOException {
    var sentences = new TreeSet<>(DEFAULTS);
    for (var source : sources()) {
      for (var pattern : SENTENCES) {
        found(pattern, source).stream().map(ConsoleFaultsTest::said).forEach(sentences::add);
      }
    }
    // Names, what goes on with a value, and a parameter of another page's form.
    sentences.removeIf(one -> !one.contains(" ") || one.endsWith(" "));
    sentences.remove("belongs to no question that is open");
    var rules =
        found(Pattern.compile("(?m)^  \\[/(.+)/, "), Files.readString(CONSOLE.resolve("fields.js")))
            .stream()
            .map(Pattern::compile)
            .toList();

    assertThat(rules).hasSizeGreaterThan(30);
    assertThat(sentences)
        .hasSizeGreaterThan(30)
        .contains("must be one line", "must be USER or ADMIN", "has the wrong type")
        .allSatisfy(one -> assertThat(rules).as(one).anyMatch(rule -> rule.matcher(one).find()));
  }

  /** A text of the sources as a service says it, with numbers at its places. */
  private static String said(String text) {
    return text.replaceAll("\"[\\s+]*\"", "")
        .replaceAll("^\"|\"[\\s+]*$", "")
        .replaceAll("\\{\\w+}|%d", "1");
  }

  private static List<String> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult one) -> one.group(1)).toList();
  }

  /** Settings have rules, too, which no caller meets. */
  private static boolean isOfTheApi(Path file) {
    return file.toString().endsWith(".java") && !file.toString().endsWith("Properties.java");
  }

  private static List<String> sources() throws IOException {
    var sources = new ArrayList<String>();
    for (var service : SERVICES) {
      sources.addAll(sourcesOf(service));
    }
    return sources;
  }

  private static List<String> sourcesOf(String service) throws IOException {
    var sources = new ArrayList<String>();
    try (var files = Files.walk(Path.of("..", service, "src/main/java"))) {
      for (var file : files.filter(ConsoleFaultsTest::isOfTheApi).toList()) {
        sources.add(Files.readString(file));
      }
    }
    return sources;
  }
}
