package io.gatehouse.gateway.graphql;

import static org.assertj.core.api.Assertions.assertThat;

import graphql.ExecutionInput;
import graphql.GraphQL;
import graphql.execution.AsyncExecutionStrategy;
import graphql.execution.ExecutionStrategy;
import graphql.execution.ResultNodesInfo;
import graphql.execution.SimpleDataFetcherExceptionHandler;
import graphql.parser.Parser;
import graphql.schema.DataFetcher;
import graphql.schema.FieldCoordinates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** That what is made in one go is what the library makes field by field. */
class ProjectingStrategyTest {
  private static final int MOST = 200;
  private static final BoundSchema BOUND =
      BoundSchema.parse(
          Map.of(
              "test.graphqls",
              """
              directive @call(service: String!, path: String!) on FIELD_DEFINITION
              scalar Long
              scalar DateTime
              scalar JSON
              enum Kind { SMALL LARGE }
              type Query { thing: Thing @call(service: "s", path: "/x") }
              type Thing {
                id: ID!
                name: String
                count: Int!
                big: Long
                at: DateTime
                kind: Kind
                flag: Boolean
                raw: JSON
                tags: [String!]!
                numbers: [[Int]]
                grid: [[Int!]]
                parts: [Thing]
                one: Thing!
                bound: Thing @call(service: "s", path: "/y")
              }
              """));

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String THING = "thing";
  private static final GraphQL LIBRARY =
      graphQl(new AsyncExecutionStrategy(new SimpleDataFetcherExceptionHandler()));
  private static final GraphQL PROJECTING =
      graphQl(new ProjectingStrategy(new SimpleDataFetcherExceptionHandler(), MOST));

  private static final String QUERY =
      """
      query ($yes: Boolean = true) {
        thing {
          __typename
          id
          n: name
          count
          big
          at
          kind
          flag
          raw
          tags
          numbers
          grid
          parts { id ...Inner one { count } }
          one { id tags one { kind } }
          name @include(if: $yes)
        }
        other: thing { parts { tags parts { id } } ... on Thing { one { numbers } } }
        bound: thing { bound { id } id }
      }
      fragment Inner on Thing { at big inner: one { __typename flag } }
      """;

  @Property(tries = 200)
  void answer_isTheLibrarys(@ForAll("things") Object thing) {
    assertThat(answer(QUERY, thing, PROJECTING)).isEqualTo(answer(QUERY, thing, LIBRARY));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 60, 99, 100, 101, 200, 300})
  void valuesOfAnAnswer_areCounted_asTheLibraryDoes(int items) {
    var thing = Map.of("numbers", List.of(Arrays.asList(new Object[items])), "id", "1");
    var query = "{ thing { id numbers } }";

    assertThat(answer(query, thing, PROJECTING)).isEqualTo(answer(query, thing, LIBRARY));
  }

  @Test
  void partOfAnAnswer_isMadeInOneGo_unlessACallOrAConditionIsInside() {
    var query = PreparedQuery.valid(BOUND, Parser.parse(QUERY));
    var asked = query.selections().of(query.operation(null));

    assertThat(asked).extracting(Selected::key).containsExactly("thing", "other", "bound");
    assertThat(asked.get(0).shape()).as("has a condition").isNull();
    assertThat(asked.get(0).fields())
        .filteredOn(field -> field.shape() == null)
        .extracting(Selected::name)
        .containsExactly("__typename");
    assertThat(asked.get(1).shape()).isInstanceOf(Shape.Structure.class);
    assertThat(asked.get(2).shape()).as("has a call").isNull();
  }

  private static GraphQL graphQl(ExecutionStrategy strategy) {
    DataFetcher<Object> thing = asked -> asked.getGraphQlContext().get(THING);
    var code =
        BOUND
            .schema()
            .getCodeRegistry()
            .transform(
                registry ->
                    registry
                        .dataFetcher(FieldCoordinates.coordinates("Query", "thing"), thing)
                        .dataFetcher(FieldCoordinates.coordinates("Thing", "bound"), thing));
    return GraphQL.newGraphQL(BOUND.schema().transform(builder -> builder.codeRegistry(code)))
        .queryExecutionStrategy(strategy)
        .preparsedDocumentProvider((input, _) -> GraphQlEngine.prepared(input))
        .build();
  }

  /** As JSON, so that its order counts. */
  private static String answer(String text, Object thing, GraphQL graphQl) {
    var query = PreparedQuery.valid(BOUND, Parser.parse(text));
    return JSON.writeValueAsString(
        graphQl
            .execute(
                ExecutionInput.newExecutionInput(text)
                    .graphQLContext(
                        Map.of(
                            PreparedQuery.class,
                            query,
                            THING,
                            thing,
                            ResultNodesInfo.MAX_RESULT_NODES,
                            MOST))
                    .build())
            .toSpecification());
  }

  @Provide
  Arbitrary<Object> things() {
    return thing(2).map(thing -> thing);
  }

  private static Arbitrary<Map<String, @Nullable Object>> thing(int depth) {
    var fields = new LinkedHashMap<String, Arbitrary<?>>();
    fields.put("id", Arbitraries.of("a", "b", 7));
    fields.put("name", Arbitraries.strings().ofMaxLength(3));
    fields.put("count", Arbitraries.integers());
    fields.put("big", Arbitraries.longs());
    fields.put("at", Arbitraries.just("2026-11-28T07:00:00.000001Z"));
    fields.put("kind", Arbitraries.of("SMALL", "LARGE"));
    fields.put("flag", Arbitraries.of(true, false));
    fields.put("raw", Arbitraries.of("text", 1, List.of(1, "x"), Map.of("any", 1)));
    fields.put("tags", items(Arbitraries.of("x", "y")));
    fields.put("numbers", items(items(Arbitraries.integers())));
    fields.put("grid", items(items(Arbitraries.integers())));
    if (depth > 0) {
      fields.put("parts", items(thing(depth - 1)));
      fields.put("one", thing(depth - 1));
    }
    Arbitrary<Map<String, @Nullable Object>> whole = Arbitraries.just(Map.of());
    for (var field : fields.entrySet()) {
      whole =
          whole.flatMap(
              json ->
                  sometimesWrong(field.getValue())
                      .map(
                          value -> {
                            var more = new LinkedHashMap<>(json);
                            more.put(field.getKey(), value.isEmpty() ? null : value.getFirst());
                            return more;
                          }));
    }
    return whole;
  }

  private static Arbitrary<List<@Nullable Object>> items(Arbitrary<?> right) {
    return sometimesWrong(right)
        .list()
        .ofMaxSize(2)
        .map(
            all ->
                all.stream()
                    .<@Nullable Object>map(one -> one.isEmpty() ? null : one.getFirst())
                    .collect(Collectors.toCollection(ArrayList::new)));
  }

  /** A list of the value; empty for null. */
  private static Arbitrary<List<Object>> sometimesWrong(Arbitrary<?> right) {
    return Arbitraries.frequencyOf(
        Tuple.of(30, right.map(value -> List.<Object>of(value))),
        Tuple.of(1, Arbitraries.just(List.of())),
        Tuple.of(
            1,
            Arbitraries.of(
                List.of("text"),
                List.of(5),
                List.of(true),
                List.of(List.of()),
                List.of(Map.of()))));
  }
}
