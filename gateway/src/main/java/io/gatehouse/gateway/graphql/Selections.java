package io.gatehouse.gateway.graphql;

import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.Node;
import graphql.language.OperationDefinition;
import graphql.language.SelectionSet;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLOutputType;
import graphql.schema.GraphQLTypeUtil;
import io.gatehouse.gateway.calls.JsonFields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A valid document's fields with what the schema says of them, for whoever counts. */
final class Selections {
  /** Bytes of a UUID, and of the longest number or time, in quotes. */
  private static final int ID = 38;

  private static final int NUMBER_OR_TIME = 29;

  private final BoundSchema bound;
  private final Map<String, FragmentDefinition> fragments = new HashMap<>();
  private final IdentityHashMap<Field, Selected> fields = new IdentityHashMap<>();
  private final IdentityHashMap<OperationDefinition, List<Selected>> operations =
      new IdentityHashMap<>();
  private final Set<String> names = new HashSet<>(Set.of("items", "next"));
  private boolean introspects;
  private boolean readsAll;

  private Selections(BoundSchema bound) {
    this.bound = bound;
  }

  static Selections of(BoundSchema bound, Document document) {
    var selections = new Selections(bound);
    for (var fragment : document.getDefinitionsOfType(FragmentDefinition.class)) {
      selections.fragments.put(fragment.getName(), fragment);
    }
    for (var operation : document.getDefinitionsOfType(OperationDefinition.class)) {
      var root = selections.root(operation);
      selections.operations.put(
          operation, root == null ? List.of() : selections.all(operation.getSelectionSet(), root));
    }
    return selections;
  }

  /** What the operation asks for. */
  List<Selected> of(OperationDefinition operation) {
    return operations.getOrDefault(operation, List.of());
  }

  /** What the document says of this field; null for one of the schema's own. */
  @Nullable Selected of(Field field) {
    return fields.get(field);
  }

  /** Those of the services' JSON that it needs; what is any JSON is needed whole. */
  JsonFields fields() {
    return readsAll ? JsonFields.ALL : new JsonFields(names);
  }

  /** True when it asks for the schema. */
  boolean introspects() {
    return introspects;
  }

  private @Nullable GraphQLObjectType root(OperationDefinition operation) {
    return switch (operation.getOperation()) {
      case QUERY -> bound.schema().getQueryType();
      case MUTATION -> bound.schema().getMutationType();
      case SUBSCRIPTION -> bound.schema().getSubscriptionType();
    };
  }

  private List<Selected> all(@Nullable SelectionSet selections, GraphQLObjectType type) {
    var all = new ArrayList<Selected>();
    collect(selections, type, all);
    return List.copyOf(all);
  }

  private void collect(
      @Nullable SelectionSet selections, GraphQLObjectType type, List<Selected> into) {
    if (selections == null) {
      return;
    }
    for (Node<?> selection : selections.getSelections()) {
      switch (selection) {
        case Field field -> {
          var selected = field(field, type);
          if (selected != null) {
            into.add(selected);
          }
        }
        case InlineFragment inline -> collect(inline.getSelectionSet(), type, into);
        case FragmentSpread spread -> {
          var fragment = fragments.get(spread.getName());
          collect(fragment == null ? null : fragment.getSelectionSet(), type, into);
        }
        default -> {}
      }
    }
  }

  /** Once for each field of the text, however often its fragment is spread. */
  private @Nullable Selected field(Field field, GraphQLObjectType type) {
    var known = fields.get(field);
    if (known != null) {
      return known;
    }
    var selected =
        field.getName().equals(Selected.TYPE_NAME)
            ? new Selected(
                field,
                field.getResultKey(),
                Selected.TYPE_NAME,
                null,
                false,
                new FieldSize(1, type.getName().length()),
                List.of(),
                null)
            : bound(field, type);
    if (selected != null) {
      fields.put(field, selected);
    }
    return selected;
  }

  private @Nullable Selected bound(Field field, GraphQLObjectType parent) {
    var definition = parent.getFieldDefinition(field.getName());
    if (definition == null) {
      introspects = true;
      return null;
    }
    var at = FieldCoordinates.coordinates(parent.getName(), field.getName());
    var type = GraphQLTypeUtil.unwrapAll(definition.getType());
    var inner =
        type instanceof GraphQLObjectType object
            ? all(field.getSelectionSet(), object)
            : List.<Selected>of();
    var binding = bound.bindings().get(at);
    names.add(field.getName());
    if (binding != null) {
      names.addAll(binding.reads());
    }
    readsAll |= type.getName().equals(Scalars.JSON.getName());
    return new Selected(
        field,
        field.getResultKey(),
        field.getName(),
        binding,
        isList(definition.getType()),
        bound.sizes().getOrDefault(at, size(definition)),
        inner,
        shape(field, definition.getType(), inner));
  }

  private @Nullable Shape shape(Field field, GraphQLOutputType type, List<Selected> inner) {
    var keys = inner.stream().map(Selected::key).distinct().count();
    return introspects
            || keys < inner.size()
            || hasConditions(field.getSelectionSet())
            || !inner.stream().allMatch(Selected::isPart)
        ? null
        : Shape.of(type, inner.stream().map(Selected::part).toList());
  }

  /** Whether a directive decides about one of these; those further inside have decided already. */
  private boolean hasConditions(@Nullable SelectionSet selections) {
    return selections != null
        && selections.getSelections().stream()
            .anyMatch(
                selection ->
                    switch (selection) {
                      case Field field -> !field.getDirectives().isEmpty();
                      case InlineFragment inline ->
                          !inline.getDirectives().isEmpty()
                              || hasConditions(inline.getSelectionSet());
                      case FragmentSpread spread -> {
                        var fragment = fragments.get(spread.getName());
                        yield !spread.getDirectives().isEmpty()
                            || fragment == null
                            || hasConditions(fragment.getSelectionSet());
                      }
                      default -> true;
                    });
  }

  private static boolean isList(GraphQLOutputType type) {
    return GraphQLTypeUtil.unwrapNonNull(type) instanceof GraphQLList;
  }

  private static FieldSize size(GraphQLFieldDefinition definition) {
    var items = FieldSize.UNKNOWN.items();
    return switch (GraphQLTypeUtil.unwrapAll(definition.getType()).getName()) {
      case "ID" -> new FieldSize(items, ID);
      case "Int", "Long", "DateTime", "Boolean", "Float" -> new FieldSize(items, NUMBER_OR_TIME);
      default -> FieldSize.UNKNOWN;
    };
  }
}
