package io.gatehouse.connector;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** docs/asyncapi.yaml says what the golden events of the services are. */
class AsyncApiTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Path DOCUMENT = Path.of("../docs/asyncapi.yaml");
  private static final Path USERS = Path.of("../user-service/src/test/resources/golden");
  private static final Path ORDERS = Path.of("../order-service/src/test/resources/golden");

  private static JsonNode document;

  @BeforeAll
  static void read() throws IOException {
    try (Reader in = Files.newBufferedReader(DOCUMENT)) {
      document = JSON.valueToTree(new Yaml().<Map<String, Object>>load(in));
    }
  }

  @TestFactory
  Stream<DynamicTest> message_isTheGoldenEvent() throws IOException {
    return golden().entrySet().stream()
        .map(
            event ->
                DynamicTest.dynamicTest(
                    event.getKey(),
                    () -> assertThat(faults(event.getKey(), event.getValue())).isEmpty()));
  }

  @Test
  void message_refusesWhatItDoesNotName() {
    var event = (ObjectNode) JSON.readTree("{\"method\":\"card\"}");
    assertThat(faults("OrderPaid.1", event)).isEmpty();
    assertThat(faults("OrderPaid.1", event.put("reference", "in the clear"))).isNotEmpty();
  }

  @Test
  void channels_haveEveryMessage_andNoOther() throws IOException {
    var described = new TreeSet<String>();
    for (var table : EventTable.values()) {
      var channel = document.at("/channels/" + table.topic().substring("gatehouse.".length()));
      assertThat(channel.at("/address").asString()).isEqualTo(table.topic());
      described.addAll(channel.at("/messages").propertyNames());
    }
    assertThat(described).isEqualTo(new TreeSet<>(golden().keySet()));
    assertThat(Set.copyOf(document.at("/components/messages").propertyNames()))
        .isEqualTo(described);
  }

  private static Map<String, JsonNode> golden() throws IOException {
    var events = new TreeMap<String, JsonNode>();
    try (var files = Files.list(USERS)) {
      for (var file : files.toList()) {
        var event = JSON.readTree(Files.readString(file));
        events.put(event.at("/type").asString() + ".1", event);
      }
    }
    try (var files = Files.list(ORDERS)) {
      for (var file : files.toList()) {
        var name = file.getFileName().toString().replace(".json", "");
        events.put(name, JSON.readTree(Files.readString(file)));
      }
    }
    assertThat(events).hasSizeGreaterThanOrEqualTo(12);
    return events;
  }

  /** The payload's schema stands among the document's others, which it refers to. */
  private static Iterable<?> faults(String message, JsonNode event) {
    var payload = document.at("/components/messages/" + message + "/payload/$ref").asString();
    assertThat(payload).startsWith("#/components/schemas/");
    var schema = JSON.createObjectNode().put("$ref", payload);
    schema.set("components", document.at("/components"));
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(schema)
        .validate(event);
  }
}
