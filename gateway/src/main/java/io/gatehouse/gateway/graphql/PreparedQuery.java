package io.gatehouse.gateway.graphql;

import graphql.GraphQLError;
import graphql.language.Document;
import graphql.language.FragmentDefinition;
import graphql.language.OperationDefinition;
import io.gatehouse.defaults.ApiException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A document that was parsed, found within the limits and validated; or what is wrong with it. */
record PreparedQuery(
    Document document, Map<String, FragmentDefinition> fragments, List<GraphQLError> errors) {

  static PreparedQuery valid(Document document) {
    var fragments =
        document.getDefinitionsOfType(FragmentDefinition.class).stream()
            .collect(Collectors.toMap(FragmentDefinition::getName, Function.identity()));
    return new PreparedQuery(document, fragments, List.of());
  }

  static PreparedQuery invalid(List<? extends GraphQLError> errors) {
    return new PreparedQuery(Document.newDocument().build(), Map.of(), List.copyOf(errors));
  }

  boolean isValid() {
    return errors.isEmpty();
  }

  /**
   * The operation to run: the named one, or the only one.
   *
   * @throws ApiException VALIDATION_ERROR when there is none such
   */
  OperationDefinition operation(@Nullable String name) {
    var operations = document.getDefinitionsOfType(OperationDefinition.class);
    var wanted =
        operations.stream()
            .filter(
                operation ->
                    (name == null || name.isEmpty())
                        ? operations.size() == 1
                        : name.equals(operation.getName()))
            .findFirst();
    return wanted.orElseThrow(
        () ->
            ApiException.invalid("operationName", "must name one of the operations of the query"));
  }
}
