package io.gatehouse.defaults.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/** RFC 9110 section 13, line by line, for a resource whose tag is "3". */
class PreconditionsTest {
  private static final String CURRENT = "\"3\"";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "GET    | \"3\"            | NOT_MODIFIED",
        "HEAD   | \"3\"            | NOT_MODIFIED",
        "GET    | W/\"3\"          | NOT_MODIFIED",
        "GET    | \"1\", W/\"3\"   | NOT_MODIFIED",
        "GET    | *                | NOT_MODIFIED",
        "GET    | ,\"3\",          | NOT_MODIFIED",
        "GET    | \"4\"            | PROCEED",
        "GET    | \"33\", \"\"     | PROCEED",
        "GET    | \"a,3\"          | PROCEED",
        "GET    | ~~               | PROCEED",
        "GET    | ,                | PROCEED",
        "PUT    | \"3\"            | 412",
        "PUT    | W/\"3\"          | 412",
        "PUT    | *                | 412",
        "DELETE | *                | 412",
        "POST   | \"4\"            | PROCEED"
      })
  void ifNoneMatch_isCompared(String method, String tags, String outcome) {
    assertThat(outcome(method, HttpHeaders.IF_NONE_MATCH, tags, CURRENT)).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "PUT    | \"3\"            | PROCEED",
        "GET    | \"3\"            | PROCEED",
        "PUT    | \"1\", \"3\"     | PROCEED",
        "PUT    | *                | PROCEED",
        "PUT    | W/\"3\"          | 412",
        "PUT    | \"4\"            | 412",
        "GET    | \"4\"            | 412",
        "HEAD   | \"4\"            | 412",
        "DELETE | ~~               | 412",
        "PUT    | \"99999999999999999999\" | 412"
      })
  void ifMatch_isCompared(String method, String tags, String outcome) {
    assertThat(outcome(method, HttpHeaders.IF_MATCH, tags, CURRENT)).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({
    "If-Match, *, 412",
    "If-Match, '\"1\"', 412",
    "If-None-Match, *, PROCEED",
    "If-None-Match, '\"1\"', PROCEED"
  })
  void conditions_areCompared_whenThereIsNothingYet(String header, String tags, String outcome) {
    assertThat(outcome("POST", header, tags, null)).isEqualTo(outcome);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"3", "foo", "\"3", "3\"", "w/\"3\"", "\"3\" \"4\"", "*, \"3\"", "\"a b\"", "W/3"})
  void bareWords_areRefused_withTheHeadersName(String tags) {
    for (var header : new String[] {HttpHeaders.IF_MATCH, HttpHeaders.IF_NONE_MATCH}) {
      var headers = new HttpHeaders();
      headers.set(header, tags);

      var refused =
          catchThrowableOfType(ApiException.class, () -> Preconditions.in(HttpMethod.GET, headers));

      assertThat(refused.code()).isEqualTo("VALIDATION_ERROR");
      assertThat(refused.details().getFirst().field()).isEqualTo(header);
    }
  }

  @Test
  void ifMatch_isLookedAtFirst_andSeveralLinesAreOneList() {
    var headers = new HttpHeaders();
    headers.add(HttpHeaders.IF_NONE_MATCH, CURRENT);
    headers.add(HttpHeaders.IF_MATCH, "\"1\"");
    headers.add(HttpHeaders.IF_MATCH, CURRENT);

    assertThat(Preconditions.in(HttpMethod.GET, headers).check(CURRENT))
        .isEqualTo(Preconditions.Outcome.NOT_MODIFIED);
    headers.set(HttpHeaders.IF_MATCH, "\"1\"");
    var refused =
        catchThrowableOfType(
            ApiException.class, () -> Preconditions.in(HttpMethod.GET, headers).check(CURRENT));
    assertThat(refused.code()).isEqualTo("VERSION_MISMATCH");
  }

  private static String outcome(
      String method, String header, String tags, @Nullable String current) {
    var headers = new HttpHeaders();
    headers.set(header, tags);
    try {
      return Preconditions.in(HttpMethod.valueOf(method), headers).check(current).name();
    } catch (ApiException refused) {
      return String.valueOf(refused.status());
    }
  }
}
