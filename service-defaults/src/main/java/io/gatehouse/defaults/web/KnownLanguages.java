package io.gatehouse.defaults.web;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Locale.LanguageRange;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The languages that the platform writes to people in, in mails and on pages. Which one, by the
 * lookup of RFC 4647 section 3.4: {@code de-AT} gets {@code de}. What cannot be read wishes
 * nothing.
 */
public final class KnownLanguages {
  /** Their tags; the first is for whoever wishes none of them. */
  public static final List<String> TAGS = List.of("en", "de");

  public static final String DEFAULT = TAGS.getFirst();

  private static final int MAX_CHARS = 200;

  private KnownLanguages() {}

  /**
   * The one that suits best, by weight (RFC 9110 section 12.5.4).
   *
   * @param header the value of {@code Accept-Language}
   */
  public static Optional<String> accepted(@Nullable String header) {
    if (header == null || header.length() > MAX_CHARS) {
      return Optional.empty();
    }
    try {
      return lookup(LanguageRange.parse(header));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /**
   * The first that is known (OpenID Connect Core section 3.1.2.1).
   *
   * @param locales the value of {@code ui_locales}: tags, parted by spaces
   */
  public static Optional<String> preferred(@Nullable String locales) {
    return locales == null || locales.length() > MAX_CHARS
        ? Optional.empty()
        : lookup(Arrays.stream(locales.split(" ", -1)).flatMap(KnownLanguages::range).toList());
  }

  private static Stream<LanguageRange> range(String tag) {
    try {
      return Stream.of(new LanguageRange(tag));
    } catch (IllegalArgumentException malformed) {
      return Stream.empty();
    }
  }

  private static Optional<String> lookup(List<LanguageRange> ranges) {
    return Optional.ofNullable(Locale.lookupTag(ranges, TAGS));
  }
}
