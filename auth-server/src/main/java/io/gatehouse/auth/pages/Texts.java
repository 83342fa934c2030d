package io.gatehouse.auth.pages;

import gg.jte.support.LocalizationSupport;
import io.gatehouse.auth.ApiScopes;
import io.gatehouse.defaults.web.KnownLanguages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.EncodedResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;

/**
 * What the pages say in one language: the messages of {@code texts/LANGUAGE.properties}. A template
 * calls {@code say} for text, which it escapes as any other, and {@code localize} for a message
 * with elements in it, in which the values alone are escaped.
 */
final class Texts implements LocalizationSupport {
  private static final Map<String, Texts> ALL =
      KnownLanguages.TAGS.stream().collect(Collectors.toMap(Function.identity(), Texts::new));

  private static final Set<String> OPEN_ID = Set.of("openid", "profile", "email");

  private final String language;
  private final Properties messages;
  private final DateTimeFormatter times;

  private Texts(String language) {
    this.language = language;
    this.messages = read(language);
    this.times =
        DateTimeFormatter.ofPattern(
                language.equals("de") ? "d. MMM uuuu, HH:mm 'UTC'" : "d MMM uuuu, HH:mm 'UTC'",
                Locale.forLanguageTag(language))
            .withZone(ZoneOffset.UTC);
  }

  private static Properties read(String language) {
    try {
      return PropertiesLoaderUtils.loadProperties(
          new EncodedResource(
              new ClassPathResource("texts/" + language + ".properties"), StandardCharsets.UTF_8));
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  /** Those of a language of {@link KnownLanguages}; of any other, the default's. */
  static Texts of(String language) {
    var texts = ALL.get(language);
    return texts == null ? Objects.requireNonNull(ALL.get(KnownLanguages.DEFAULT)) : texts;
  }

  /** What the API says of a code, in words of ours unless it said something of its own. */
  static Message ofCode(String code, String message) {
    var theirs = Message.theirs(message);
    var ours = of(KnownLanguages.DEFAULT).messages.getProperty("error." + code);
    return theirs.sentence().equals(ours) ? Message.of("error." + code) : theirs;
  }

  /** The tag, as in {@code <html lang>}. */
  String language() {
    return language;
  }

  /**
   * The message of this key.
   *
   * @throws IllegalArgumentException when there is none, which is a defect
   */
  @Override
  public String lookup(String key) {
    var message = messages.getProperty(key);
    if (message == null) {
      throw new IllegalArgumentException("no message " + key);
    }
    return message;
  }

  /** The message with these values in its places {0}, {1} and so on. */
  String say(String key, Object... values) {
    return pattern
        .matcher(lookup(key))
        .replaceAll(
            place ->
                Matcher.quoteReplacement(String.valueOf(values[Integer.parseInt(place.group(1))])));
  }

  String say(Message said) {
    return switch (said) {
      case Message.Ours ours -> say(ours.key(), ours.values().toArray());
      case Message.Theirs theirs -> theirs.sentence();
    };
  }

  /** The attribute {@code lang} of what is said in another language than the page's. */
  @Nullable String lang(Message said) {
    return said instanceof Message.Theirs ? other(KnownLanguages.DEFAULT) : null;
  }

  /** What a person allows with a scope. */
  String scope(String scope) {
    return OPEN_ID.contains(scope)
        ? lookup("scope." + scope)
        : ApiScopes.consent(language)
            .getOrDefault(scope, ApiScopes.consent().getOrDefault(scope, scope));
  }

  /** The attribute {@code lang} of these words. */
  @Nullable String langOfScope(String scope) {
    return ApiScopes.consent().containsKey(scope) && !ApiScopes.consent(language).containsKey(scope)
        ? other(KnownLanguages.DEFAULT)
        : null;
  }

  /** A time in words, to the minute. */
  String time(Instant time) {
    return times.format(time);
  }

  private @Nullable String other(String spoken) {
    return spoken.equals(language) ? null : spoken;
  }
}
