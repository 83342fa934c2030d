package io.gatehouse.gateway.graphql;

import graphql.execution.AsyncExecutionStrategy;
import graphql.execution.DataFetcherExceptionHandler;
import graphql.execution.ExecutionContext;
import graphql.execution.ExecutionStrategyParameters;
import graphql.execution.FieldValueInfo;
import graphql.execution.FieldValueInfo.CompleteValueType;
import graphql.execution.MergedField;
import graphql.execution.MergedSelectionSet;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLEnumType;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLScalarType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Makes the part of an answer below which no call is bound in one go, instead of by a fetch, a step
 * and a place for each of its fields. Whatever is not as the schema says is left to the library, so
 * that it is told as ever.
 */
final class ProjectingStrategy extends AsyncExecutionStrategy {
  private final int mostValues;

  /**
   * @param mostValues of one answer; the library tells when there are more
   */
  ProjectingStrategy(DataFetcherExceptionHandler failures, int mostValues) {
    super(failures);
    this.mostValues = mostValues;
  }

  @Override
  protected FieldValueInfo completeValue(
      ExecutionContext context, ExecutionStrategyParameters parameters) {
    var shape = shape(context, parameters);
    var value = shape == null ? null : projected(shape, parameters.getSource(), context);
    return value == null
        ? super.completeValue(context, parameters)
        : new FieldValueInfo(CompleteValueType.SCALAR, value);
  }

  /** Of an object in which calls are bound, what needs none is made at once. */
  @Override
  protected Object executeObject(ExecutionContext context, ExecutionStrategyParameters parameters) {
    var fields = parameters.getFields().getSubFields();
    var parts = new ArrayList<Shape.Part>();
    var others = new LinkedHashMap<String, MergedField>();
    fields.forEach(
        (key, field) -> {
          var selected = selected(context, field);
          if (selected != null && selected.isPart()) {
            parts.add(selected.part());
          } else {
            others.put(key, field);
          }
        });
    var type = parameters.getExecutionStepInfo().getUnwrappedNonNullType();
    if (parts.isEmpty() || others.isEmpty() || !(type instanceof GraphQLObjectType object)) {
      return super.executeObject(context, parameters);
    }
    var shape = new Shape.Structure(object.getName(), parts, true);
    if (!(projected(shape, parameters.getSource(), context) instanceof Map<?, ?> made)) {
      return super.executeObject(context, parameters);
    }
    var rest = MergedSelectionSet.newMergedSelectionSet().subFields(others).build();
    var executed =
        super.executeObject(context, parameters.transform(change -> change.fields(rest)));
    return executed instanceof CompletableFuture<?> later
        ? later.thenApply(values -> merged(fields.keySet(), made, values))
        : merged(fields.keySet(), made, executed);
  }

  /** In the order in which it was asked for. */
  private static Map<String, @Nullable Object> merged(
      Set<String> keys, Map<?, ?> made, Object executed) {
    var all = LinkedHashMap.<String, @Nullable Object>newLinkedHashMap(keys.size());
    for (var key : keys) {
      all.put(key, made.containsKey(key) ? made.get(key) : ((Map<?, ?>) executed).get(key));
    }
    return all;
  }

  private static @Nullable Shape shape(
      ExecutionContext context, ExecutionStrategyParameters parameters) {
    var selected = selected(context, parameters.getField());
    // Of a list that was left to the library, each item comes by with the field of the list.
    return selected == null || parameters.getPath().isListSegment() ? null : selected.shape();
  }

  /** Null for one of the schema's own, and for a merged one, of several places of the text. */
  private static @Nullable Selected selected(ExecutionContext context, MergedField field) {
    PreparedQuery query = context.getGraphQLContext().get(PreparedQuery.class);
    return field.getFields().size() > 1 ? null : query.selections().of(field.getSingleField());
  }

  /** Null when it does not fit, or is too much. */
  private @Nullable Object projected(
      Shape shape, @Nullable Object value, ExecutionContext context) {
    try {
      var nodes = context.getResultNodesInfo();
      var projection = new Projection(context, mostValues - nodes.getResultNodesCount());
      var made = projection.of(shape, value);
      for (var i = 0; i < projection.values; i++) {
        nodes.incrementAndGetResultNodesCount();
      }
      return made;
    } catch (UnfitException | CoercingSerializeException unfit) {
      return null;
    }
  }

  /** Something that the schema does not allow; without a stack, as it is only caught above. */
  private static final class UnfitException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnfitException() {
      super(null, null, false, false);
    }
  }

  /** Of one value. */
  private static final class Projection {
    private final ExecutionContext context;
    private final int most;
    private int values;

    Projection(ExecutionContext context, int most) {
      this.context = context;
      this.most = most;
    }

    @Nullable Object of(Shape shape, @Nullable Object value) {
      if (value == null) {
        if (shape.isRequired()) {
          throw new UnfitException();
        }
        return null;
      }
      return switch (shape) {
        case Shape.Leaf leaf -> leaf(leaf, value);
        case Shape.Items items when value instanceof List<?> list -> list(items, list);
        case Shape.Structure structure when value instanceof Map<?, ?> json ->
            object(structure, json);
        case Shape.Items _, Shape.Structure _ -> throw new UnfitException();
      };
    }

    private Object leaf(Shape.Leaf leaf, Object value) {
      var made =
          switch (leaf.type()) {
            case GraphQLScalarType scalar ->
                scalar
                    .getCoercing()
                    .serialize(value, context.getGraphQLContext(), context.getLocale());
            case GraphQLEnumType names ->
                names.serialize(value, context.getGraphQLContext(), context.getLocale());
            default -> null;
          };
      if (made == null) {
        throw new UnfitException();
      }
      return made;
    }

    private List<@Nullable Object> list(Shape.Items items, List<?> list) {
      count(list.size());
      var made = new ArrayList<@Nullable Object>(list.size());
      for (var item : list) {
        made.add(of(items.each(), item));
      }
      return made;
    }

    private Map<String, @Nullable Object> object(Shape.Structure structure, Map<?, ?> json) {
      count(structure.parts().size());
      var made = LinkedHashMap.<String, @Nullable Object>newLinkedHashMap(structure.parts().size());
      for (var part : structure.parts()) {
        var shape = part.shape();
        made.put(part.key(), shape == null ? structure.type() : of(shape, json.get(part.name())));
      }
      return made;
    }

    private void count(int more) {
      values += more;
      if (values > most) {
        throw new UnfitException();
      }
    }
  }
}
