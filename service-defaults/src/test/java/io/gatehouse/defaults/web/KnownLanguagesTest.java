package io.gatehouse.defaults.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which language somebody is written to in. */
class KnownLanguagesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "de                          | de",
        "DE-at                       | de",
        "de-Latn-CH-1996             | de",
        "en-GB,de;q=0.9              | en",
        "en;q=0.5, de;q=0.8          | de",
        "fr;q=0.9, de;q=0.2, *;q=0.1 | de",
        "de;q=0, en;q=0.1            | en",
        "fr                          |",
        "*                           |",
        "de;q=0                      |",
        "de;q=9                      |",
        "de_DE                       |",
        "deutsch                     |",
        "''                          |",
        ";;                          |",
      })
  void header_isMatchedByWeight(String header, String language) {
    assertThat(KnownLanguages.accepted(header).orElse(null)).isEqualTo(language);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "de en          | de",
        "en de          | en",
        "fr-CA fr de-AT | de",
        "de_DE ;; en    | en",
        "' de'          | de",
        "fr             |",
        "de,en          |",
        "''             |",
      })
  void locales_areMatchedInTheirOrder(String locales, String language) {
    assertThat(KnownLanguages.preferred(locales).orElse(null)).isEqualTo(language);
  }

  @Test
  void nothing_andTooMuch_wishNothing() {
    assertThat(KnownLanguages.accepted(null)).isEmpty();
    assertThat(KnownLanguages.preferred(null)).isEmpty();
    assertThat(KnownLanguages.accepted("de," + "x-".repeat(200))).isEmpty();
    assertThat(KnownLanguages.preferred("de " + "x".repeat(200))).isEmpty();
  }
}
