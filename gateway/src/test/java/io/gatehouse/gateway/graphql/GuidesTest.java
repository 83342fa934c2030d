package io.gatehouse.gateway.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.schema.FieldCoordinates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** What the guides in {@code docs/} add to GraphQL is a schema that the gateway takes. */
class GuidesTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Pattern SCHEMA = Pattern.compile("(?s)```graphql\n(.*?)```");

  @ParameterizedTest
  @CsvSource({
    "service-tutorial.md, Query, stocks, inventory-service",
    "adding-an-order-command.md, Mutation, refundOrder, order-service"
  })
  void guide_showsFields_thatTheSchemaTakes(String guide, String type, String field, String service)
      throws IOException {
    var files = new HashMap<String, String>();
    for (var shipped :
        new PathMatchingResourcePatternResolver().getResources("classpath:graphql/*.graphqls")) {
      files.put(shipped.getURI().toString(), Files.readString(Path.of(shipped.getURI())));
    }
    var coordinates = FieldCoordinates.coordinates(type, field);
    var shown = String.join("\n", schemas(guide));
    // Whoever has followed the guide has them already.
    if (!BoundSchema.parse(files).bindings().containsKey(coordinates)) {
      files.put(guide, shown);
    }

    var added = BoundSchema.parse(files).bindings().get(coordinates);

    assertThat(added)
        .isNotNull()
        .satisfies(binding -> assertThat(binding.service()).isEqualTo(service));
  }

  private static List<String> schemas(String guide) throws IOException {
    var found = new ArrayList<String>();
    var blocks = SCHEMA.matcher(Files.readString(DOCS.resolve(guide)));
    while (blocks.find()) {
      found.add(blocks.group(1));
    }
    assertThat(found).as(guide).isNotEmpty();
    return found;
  }
}
