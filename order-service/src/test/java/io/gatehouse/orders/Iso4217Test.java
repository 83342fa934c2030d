package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Currency;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Today's currencies, and those of the JDK that are not: withdrawn ones, and what has no unit. */
class Iso4217Test {
  private static final Set<String> CODES = Iso4217.Rule.CODES;

  @Test
  void codes_areThoseOfTheJdk_withoutWhatWasWithdrawn_andWithWhatIsNewer() {
    var jdk =
        Currency.getAvailableCurrencies().stream()
            .map(Currency::getCurrencyCode)
            .collect(Collectors.toSet());

    // The unit of the nominal wage index of Uruguay, 2018.
    assertThat(CODES).filteredOn(code -> !jdk.contains(code)).containsExactly("UYW");
    assertThat(CODES)
        .doesNotContain(
            "ANG", "BGN", "BYR", "CUC", "DEM", "FRF", "HRK", "LTL", "LVL", "MRO", "SLL", "STD",
            "VEB", "VEF", "ZMK", "ZWL", "ZWD", "USS", "EEK")
        .contains("SLE", "VED", "VES", "XCG", "ZWG", "MRU", "STN", "BYN", "UYW");
  }

  @Test
  void codes_haveAMinorUnit_always() {
    assertThat(CODES)
        .doesNotContain(
            "XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA",
            "XXX")
        .filteredOn(code -> !code.equals("UYW"))
        .allSatisfy(
            code ->
                assertThat(Currency.getInstance(code).getDefaultFractionDigits())
                    .as(code)
                    .isNotNegative());
  }
}
