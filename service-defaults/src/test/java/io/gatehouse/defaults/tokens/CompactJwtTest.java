package io.gatehouse.defaults.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.text.ParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompactJwtTest {
  private static final String HEADER = "eyJhbGciOiJSUzI1NiJ9";

  @Test
  void token_inItsOneSpelling_isRead() throws ParseException {
    assertThat(CompactJwt.parse(HEADER + ".e30.AAAA").getHeader().getAlgorithm().getName())
        .isEqualTo("RS256");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "..",
        "...",
        "bnVsbA.e30.AA",
        "W10.e30.AA",
        "IiI.e30.AA",
        "e30.e30.AA",
        " eyJhbGciOiJSUzI1NiJ9.e30.AAAA",
        HEADER + ".e30.AA==",
        HEADER + ".e30.AAA=",
        HEADER + ".e30.AB",
        HEADER + ".e30.AA A",
        HEADER + ".e30.AA\n",
        HEADER + ".e30.+/==",
        HEADER + ".e30.AAAA.",
        HEADER + ".\u00e9.AAAA",
      })
  void token_thatIsNone_orSpelledOtherwise_isRefused(String token) {
    assertThatThrownBy(() -> CompactJwt.parse(token)).isInstanceOf(ParseException.class);
  }
}
