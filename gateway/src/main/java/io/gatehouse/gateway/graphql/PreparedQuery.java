package io.gatehouse.gateway.graphql;

import graphql.GraphQLError;
import graphql.language.Document;
import graphql.language.Node;
import graphql.language.OperationDefinition;
import io.gatehouse.defaults.web.ApiException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A document that was parsed, found within the limits and validated; or what is wrong with it.
 *
 * @param nodes of its syntax tree
 */
record PreparedQuery(
    Document document, Selections selections, int nodes, List<GraphQLError> errors) {
  /** Heap of a node of the syntax tree, measured: 180; and of what is noted about it, some 100. */
  private static final int NODE = 350;

  static PreparedQuery valid(BoundSchema bound, Document document) {
    return new PreparedQuery(document, Selections.of(bound, document), nodes(document), List.of());
  }

  static PreparedQuery invalid(BoundSchema bound, List<? extends GraphQLError> errors) {
    var nothing = Document.newDocument().build();
    return new PreparedQuery(nothing, Selections.of(bound, nothing), 0, List.copyOf(errors));
  }

  private static int nodes(Node<?> node) {
    var nodes = 1;
    for (Node<?> child : node.getChildren()) {
      nodes += nodes(child);
    }
    return nodes;
  }

  boolean isValid() {
    return errors.isEmpty();
  }

  /** An estimate of the heap that it takes, in bytes. */
  int weight() {
    return nodes * NODE;
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
