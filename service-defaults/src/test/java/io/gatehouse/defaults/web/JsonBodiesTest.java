package io.gatehouse.defaults.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.sun.management.ThreadMXBean;
import io.gatehouse.defaults.web.ErrorBody.Problem;
import jakarta.validation.Valid;
import jakarta.validation.Validation;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodiesTest {
  private final JsonBodies bodies = new JsonBodies(Validation.buildDefaultValidatorFactory());

  @JsonIgnoreProperties("id")
  record Basket(
      @NotNull @Size(min = 3, max = 3) String currency,
      @NotNull @Size(min = 1, max = 100) List<@NotNull @Valid Item> items) {}

  record Item(
      @NotNull String sku, @NotNull @Min(1) @Max(9999) Integer quantity, @Nullable Long price) {}

  @Test
  void parse_givesTheRecord_whenEveryRuleHolds() {
    var basket =
        parse(
            "{\"id\":\"ignored\",\"currency\":\"EUR\",\"items\":[{\"sku\":\"a\",\"quantity\":2}]}");

    assertThat(basket.items()).containsExactly(new Item("a", 2, null));
  }

  @Test
  void parse_listsEveryBrokenRule_ofTypesUnknownFieldsAndConstraints() {
    var error =
        refusal(
            "{\"currency\":5,\"extra\":1,\"items\":[{\"sku\":\"a\",\"quantity\":0},"
                + "{\"sku\":\"b\",\"quantity\":\"7\",\"colour\":null},{\"quantity\":1.5},\"x\"]}");

    assertThat(error.code()).isEqualTo("VALIDATION_ERROR");
    assertThat(error.details())
        .extracting(Problem::field)
        .containsExactlyInAnyOrder(
            "currency",
            "extra",
            "items[0].quantity",
            "items[1].quantity",
            "items[1].colour",
            "items[2].quantity",
            "items[2].sku",
            "items[3]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "9223372036854775808",
        "1e400",
        "1e999999999",
        "1e99999999999",
        "1.5",
        "true",
        "\"1\"",
        "{}",
        "[1]"
      })
  void parse_namesTheField_whenANumberDoesNotFit(String number) {
    var error =
        refusal(
            "{\"currency\":\"EUR\",\"items\":[{\"sku\":\"a\",\"quantity\":1,\"price\":"
                + number
                + "}]}");

    assertThat(error.code()).isEqualTo("VALIDATION_ERROR");
    assertThat(error.details()).extracting(Problem::field).containsExactly("items[0].price");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "{\"currency\":\"EUR\",\"currency\":\"USD\",\"items\":[]}",
        "{\"currency\":\"E\\u0000R\",\"items\":[]}",
        "{\"currency\":\"\\ud800\",\"items\":[]}",
        "{\"currency\":\"EUR\",\"items\":[]} x",
        "{'currency':1}",
        "{\"currency\":NaN}"
      })
  void parse_refusesAsMalformed_whatIsNoCleanJson(String body) {
    assertThat(refusal(body).code()).isEqualTo("MALFORMED_REQUEST");
  }

  @Test
  void parse_refusesAsMalformed_invalidUtf8AndDeepNesting() {
    var latin = "{\"currency\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    var deep = "[".repeat(100_000);

    assertThat(refusal(latin).code()).isEqualTo("MALFORMED_REQUEST");
    assertThat(refusal(deep).code()).isEqualTo("MALFORMED_REQUEST");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "null", "3", "\"text\""})
  void parse_refusesAsInvalid_whatIsNoObject(String body) {
    assertThat(refusal(body).code()).isEqualTo("VALIDATION_ERROR");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "2.0", "0.2e1", "200e-2", "2.000000000000000000000"})
  void parse_takesANumberWithoutAFraction_asWhole(String number) {
    var basket =
        parse("{\"currency\":\"EUR\",\"items\":[{\"sku\":\"a\",\"quantity\":" + number + "}]}");

    assertThat(basket.items()).containsExactly(new Item("a", 2, null));
  }

  @Test
  void parse_countsCharacters_notTheirUnits() {
    assertThat(
            parse("{\"currency\":\"😀😀😀\",\"items\":[{\"sku\":\"a\",\"quantity\":1}]}")
                .currency())
        .isEqualTo("😀😀😀");
    assertThat(
            fields(refusal("{\"currency\":\"😀😀\",\"items\":[{\"sku\":\"a\",\"quantity\":1}]}")))
        .containsExactly("currency");
  }

  /** 180 KB bound 100 times over took minutes. */
  @Test
  void parse_refusesAnArrayThatIsTooLong_withoutLookingAtItsElements() {
    var body = ("{\"items\":[" + "{},".repeat(60_000) + "{}]}").getBytes(StandardCharsets.UTF_8);

    var before = allocated();
    var error = refusal(body);

    assertThat(allocated() - before).isLessThan(16_000_000);
    assertThat(fields(error)).containsExactly("items", "currency");
    assertThat(error.details().getFirst().message()).isEqualTo("size must be between 1 and 100");
  }

  @Test
  void parse_tellsTheFirstHundredFaults_andThatThereAreMore() {
    var unknown = new StringBuilder("{");
    for (var i = 0; i < 70_000; i++) {
      unknown.append("\"key-").append(i).append("\":1,");
    }
    var body = unknown.append("\"currency\":\"EUR\",\"items\":[]}").toString();

    var before = allocated();
    var error = refusal(body);

    assertThat(allocated() - before).isLessThan(64_000_000);
    assertThat(error.details()).hasSize(100);
    assertThat(error.getMessage()).endsWith("only the first 100 faults are told");
  }

  @Test
  void parse_tellsAHundredFaults_ofAHundredBrokenItems() {
    var item = "{\"quantity\":0,\"colour\":1}";
    var error =
        refusal("{\"currency\":\"EUR\",\"items\":[" + (item + ",").repeat(99) + item + "]}");

    assertThat(error.details()).hasSize(100);
    assertThat(error.getMessage()).endsWith("only the first 100 faults are told");
  }

  @Test
  void parse_tellsOnlyTheBeginning_ofALongField() {
    var error = refusal("{\"" + "x".repeat(100_000) + "\":1}");

    assertThat(fields(error)).contains("x".repeat(100) + "…");
  }

  @ParameterizedTest
  @ValueSource(strings = {"extra", "items", "id"})
  void parse_refusesAsMalformed_whatIsNestedTooDeeply(String field) {
    var deep = "{\"" + field + "\":" + "[".repeat(101) + "]".repeat(101) + "}";

    assertThat(refusal(deep).code()).isEqualTo("MALFORMED_REQUEST");
    assertThat(refusal("{\"" + field + "\":" + "9".repeat(1001) + "}").code())
        .isEqualTo("MALFORMED_REQUEST");
  }

  @Test
  void tree_refusesAsMalformed_whatHasTooManyParts() {
    var body = ("[" + "1,".repeat(100_000) + "1]").getBytes(StandardCharsets.UTF_8);

    var error = catchThrowableOfType(ApiException.class, () -> bodies.tree(body));

    assertThat(error.code()).isEqualTo("MALFORMED_REQUEST");
  }

  record Unbounded(List<String> names) {}

  @Test
  void prepare_fails_whenAnArrayHasNoBound() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> bodies.prepare(Unbounded.class))
        .withMessageContaining("names");
    assertThat(bodies.prepare(Basket.class)).isSameAs(bodies);
  }

  /** Of this thread, in bytes: a measure of work that no busy machine changes. */
  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private static List<String> fields(ApiException error) {
    return error.details().stream().map(Problem::field).toList();
  }

  private Basket parse(String body) {
    return bodies.parse(body.getBytes(StandardCharsets.UTF_8), Basket.class);
  }

  private ApiException refusal(String body) {
    return refusal(body.getBytes(StandardCharsets.UTF_8));
  }

  private ApiException refusal(byte[] body) {
    return catchThrowableOfType(ApiException.class, () -> bodies.parse(body, Basket.class));
  }
}
