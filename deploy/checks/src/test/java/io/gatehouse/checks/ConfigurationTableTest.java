package io.gatehouse.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/operating.md tells every setting, as the code has it. */
class ConfigurationTableTest {
  private static final Path DOCUMENT = Checkout.path("docs/operating.md");
  private static final String BEGIN = "<!-- settings: generated";
  private static final String END = "<!-- settings: end -->";
  private static final String REGENERATE =
      "./mvnw -pl deploy/checks test -Dtest=ConfigurationTableTest -Dgatehouse.write=true";

  @Test
  void table_isWhatTheRecordsSay() throws IOException {
    var document = Checkout.read(DOCUMENT);
    var begin = document.indexOf("-->", document.indexOf(BEGIN)) + 4;
    var end = document.indexOf(END);
    assertThat(begin).as("the table's marks in docs/operating.md").isBetween(10, end);
    var current =
        document.substring(0, begin)
            + ConfigurationTable.render(ConfigurationTable.settings())
            + "\n"
            + document.substring(end);
    if (Boolean.getBoolean("gatehouse.write")) {
      Files.writeString(DOCUMENT, current);
    }
    assertThat(Checkout.read(DOCUMENT))
        .as("stale; regenerate with " + REGENERATE)
        .isEqualTo(current);
  }

  @Test
  void setting_hasAMeaning_always() {
    assertThat(ConfigurationTable.settings())
        .filteredOn(setting -> setting.meaning().isBlank())
        .as("a @param for each component of a properties record")
        .isEmpty();
  }

  @Test
  void environmentVariable_isDocumented_whenAnApplicationReadsIt() {
    var document = Checkout.read("docs/between-services.md");
    assertThat(ConfigurationTable.placeholders())
        .hasSizeGreaterThan(5)
        .allSatisfy(
            variable ->
                assertThat(
                        document.contains(variable)
                            || document.contains(variable.replaceFirst(".*(_[A-Z]+)$", "`$1`")))
                    .as(variable + " in docs/between-services.md")
                    .isTrue());
  }

  @Test
  void settings_areRead_fromNestedRecordsWithDefaultsAndSentences(@TempDir Path folder)
      throws IOException {
    var source =
        Files.writeString(
            folder.resolve("LimitProperties.java"),
            """
            /**
             * Limits.
             *
             * @param user for people
             * @param maxAge how old | at most
             */
            @ConfigurationProperties("shop.limits")
            record LimitProperties(@Valid Limit user, @NotNull @DefaultValue("5s") Duration maxAge) {
              static final int NOT_A_SETTING = 1;

              /**
               * One limit.
               *
               * @param rate {@code n} per second
               */
              record Limit(@DefaultValue("50") int rate) {}
            }
            """);
    assertThat(ConfigurationTable.settings("shop", List.of(source)))
        .extracting(ConfigurationTable.Setting::row)
        .containsExactly(
            "| `shop.limits.user.rate` | `SHOP_LIMITS_USER_RATE` | int | `50` | `n` per second |",
            "| `shop.limits.max-age` | `SHOP_LIMITS_MAX_AGE` | Duration | `5s` | how old \\| at most |");
  }
}
