package io.gatehouse.users.mail;

import com.samskivert.mustache.Escapers;
import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import io.gatehouse.defaults.web.KnownLanguages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.core.io.ClassPathResource;

/**
 * The mails' texts, from {@code mails/KIND.LANGUAGE.txt}: the subject, an empty line, paragraphs. A
 * link stands on a line of its own. The HTML is made of the same paragraphs. What users choose
 * freely, such as their name, is in none: a stranger's address must not be sent it by us.
 */
final class LetterTexts {
  private final Map<String, Template> templates = new HashMap<>();

  LetterTexts() {
    var plain = Mustache.compiler().withEscaper(Escapers.NONE).strictSections(true);
    for (var kind : MailKind.values()) {
      for (var language : KnownLanguages.TAGS) {
        var name = name(kind, language);
        templates.put(name, plain.compile(read("mails/" + name + ".txt")));
      }
    }
  }

  /** What a template may name. */
  record Content(String link, String recipient, String about) {}

  Letter write(long id, MailKind kind, String language, Content content) {
    var template = templates.getOrDefault(name(kind, language), templates.get(name(kind, "en")));
    if (template == null) {
      throw new IllegalStateException("there is no text for " + kind);
    }
    var whole =
        template.execute(
            Map.of(
                "link", content.link(),
                "recipient", content.recipient(),
                "about", content.about()));
    var parts = whole.split("\n\n", 2);
    var text = parts[1].strip() + "\n";
    return new Letter(
        id, content.recipient(), parts[0].strip(), text, html(language, parts[0], text));
  }

  private static String html(String language, String subject, String text) {
    var paragraphs =
        Stream.of(text.strip().split("\n\n"))
            .map(LetterTexts::paragraph)
            .collect(Collectors.joining("\n"));
    return """
        <!doctype html>
        <html lang="%s"><head><meta charset="utf-8"><title>%s</title></head>
        <body style="font-family:sans-serif;line-height:1.5;max-width:36em">
        %s
        </body></html>
        """
        .formatted(language, Escapers.HTML.escape(subject.strip()), paragraphs);
  }

  private static String paragraph(String text) {
    var escaped = Escapers.HTML.escape(text);
    return text.startsWith("http") && text.indexOf('\n') < 0
        ? "<p><a href=\"" + escaped + "\">" + escaped + "</a></p>"
        : "<p>" + escaped.replace("\n", "<br>\n") + "</p>";
  }

  private static String name(MailKind kind, String language) {
    return kind.key() + "." + language;
  }

  private static String read(String resource) {
    try {
      return new ClassPathResource(resource).getContentAsString(StandardCharsets.UTF_8);
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }
}
