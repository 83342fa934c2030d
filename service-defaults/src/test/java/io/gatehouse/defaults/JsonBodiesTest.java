package io.gatehouse.defaults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.gatehouse.defaults.ErrorBody.Problem;
import jakarta.validation.Valid;
import jakarta.validation.Validation;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodiesTest {
  private final JsonBodies bodies =
      new JsonBodies(Validation.buildDefaultValidatorFactory().getValidator());

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
  @ValueSource(strings = {"9223372036854775808", "1e400", "1.0", "true", "\"1\"", "{}", "[1]"})
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
