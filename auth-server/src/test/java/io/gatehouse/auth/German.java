package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;

/** Whether a page is German from its first word to its last. */
final class German {
  private static final Properties ENGLISH = messages("en");
  private static final Properties GERMAN = messages("de");

  /**
   * English sentences and labels, as they would be left over; short ones are words of names, too.
   */
  private static final List<String> LEFT_OVER =
      ENGLISH.stringPropertyNames().stream()
          .filter(key -> !ENGLISH.getProperty(key).equals(GERMAN.getProperty(key)))
          .flatMap(key -> List.of(ENGLISH.getProperty(key).split("<[^>]+>|\\{\\d}", -1)).stream())
          .map(String::strip)
          .filter(text -> text.length() > 4)
          .toList();

  private German() {}

  /** The page with this heading, which says nothing in English. */
  static Document page(HttpResponse<String> answer, int status, String heading) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    var page = Jsoup.parse(answer.body());
    assertThat(page.expectFirst("h1").text()).isEqualTo(heading);
    assertThat(page.title()).isEqualTo(heading + " · Gatehouse");
    assertThat(page.expectFirst("html").attr("lang")).isEqualTo("de");
    assertThat(page.select("[lang=en]")).isEmpty();
    assertThat(answer.headers().firstValue("Content-Language")).contains("de");
    assertThat(answer.headers().firstValue("Vary").orElse("")).contains("Accept-Language");
    assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
    assertThat(LEFT_OVER).hasSizeGreaterThan(100);
    var words = page.text() + page.select("[data-failed]").eachAttr("data-failed");
    assertThat(LEFT_OVER).noneMatch(words::contains);
    assertThat(answer.body()).doesNotContain("&lt;strong", "&lt;code");
    return page;
  }

  /** The language of a page. */
  static String language(HttpResponse<String> answer) {
    var language = Jsoup.parse(answer.body()).expectFirst("html").attr("lang");
    assertThat(answer.headers().firstValue("Content-Language")).contains(language);
    return language;
  }

  private static Properties messages(String language) {
    var path = Path.of("src/main/resources/texts", language + ".properties");
    try (Reader file = Files.newBufferedReader(path)) {
      var messages = new Properties();
      messages.load(file);
      return messages;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
