package io.gatehouse.gateway.graphql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import graphql.parser.Parser;
import graphql.schema.FieldCoordinates;
import io.gatehouse.defaults.web.ApiException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class SchemaTest {

  @Test
  void binding_isWhatTheDirectivesSay() {
    var bound =
        schema(
            "things(limit: Int): [Thing] @call(service: \"thing-service\", path: \"/api/things?limit={limit}\", at: \"items\", timeout: 50)");

    var binding = bound.bindings().get(FieldCoordinates.coordinates("Query", "things"));

    assertThat(binding)
        .satisfies(
            things -> {
              assertThat(things.service()).isEqualTo("thing-service");
              assertThat(things.at()).isEqualTo("items");
              assertThat(things.timeout()).isEqualTo(Duration.ofMillis(50));
              assertThat(things.isRead()).isTrue();
            });
  }

  @Test
  void wrongBinding_stopsTheStart_namingTheField() {
    assertWrong("a: Thing @call(service: \"s\")", "GraphQL field Query.a: @call lacks path");
    assertWrong(
        "a: Thing @call(service: \"s\", path: \"/x/{id}\")", "GraphQL field Query.a: names {id}");
    assertWrong(
        "a: Thing @call(service: \"s\", path: \"/x\", method: \"POST\")",
        "GraphQL field Query.a: @call method POST does not fit");
    assertWrong(
        "a: Thing @call(service: \"s\", path: \"/x\", sevrice: \"s\")",
        "GraphQL field Query.a: @call has no argument sevrice");
    assertWrong(
        "a: Thing @call(service: \"s\", path: \"x\")",
        "GraphQL field Query.a: @call path is not a path");
  }

  @Test
  void introspection_isRefused_outsideDemoMode() {
    var document =
        Parser.parse("{ me { id } ...F } fragment F on Query { __schema { types { name } } }");
    var limits = limits();

    assertThatThrownBy(() -> QueryShape.check(document, limits, false))
        .isInstanceOfSatisfying(
            ApiException.class, refusal -> assertThat(refusal.code()).isEqualTo("FORBIDDEN"));
    QueryShape.check(document, limits, true);
  }

  private static GraphQlProperties limits() {
    return new GraphQlProperties(
        List.of("x"),
        Duration.ofSeconds(1),
        12,
        60,
        1000,
        30,
        20_000,
        4000,
        50_000,
        DataSize.ofMegabytes(1),
        DataSize.ofMegabytes(1));
  }

  private static void assertWrong(String field, String message) {
    assertThatThrownBy(() -> schema(field))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  private static BoundSchema schema(String field) {
    return BoundSchema.parse(
        Map.of(
            "test.graphqls",
            "scalar Long scalar DateTime scalar JSON type Thing { id: ID } type Query { "
                + field
                + " }"));
  }
}
