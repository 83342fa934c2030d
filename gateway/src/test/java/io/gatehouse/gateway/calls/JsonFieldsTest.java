package io.gatehouse.gateway.calls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

class JsonFieldsTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"text\"",
        "-12",
        "9007199254740993",
        "123456789012345678901234567890",
        "1.5e3",
        "true",
        "{\"a\":null,\"b\":[1,[2,{}],null],\"c\":{\"a\":\"\u00e4\\n\"},\"a\":2}"
      })
  void allFields_areWhatTheLibraryMakes(String json) {
    assertThat(JsonFields.ALL.read(json.getBytes(UTF_8)))
        .isEqualTo(JSON.readValue(json, Object.class));
  }

  @Test
  void fields_areFoundWhereverTheyAre_andOthersSkippedWhole() {
    var json =
        "{\"x\":{\"id\":9},\"items\":[{\"id\":1,\"y\":[{\"id\":3}],\"z\":2},7],\"next\":null}";
    var expected = new HashMap<String, Object>();
    expected.put("items", List.of(Map.of("id", 1), 7));
    expected.put("next", null);

    assertThat(new JsonFields(Set.of("items", "id", "next")).read(json.getBytes(UTF_8)))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "null", "{", "[1,", "{\"a\":1}2", "{\"a\":}", "{\"b\":[1}", "x"})
  void whatIsNotOneValue_isRefused_evenInAFieldThatIsSkipped(String json) {
    assertThatThrownBy(() -> new JsonFields(Set.of("a")).read(json.getBytes(UTF_8)))
        .isInstanceOf(JacksonException.class);
  }
}
