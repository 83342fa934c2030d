package io.gatehouse.gateway.graphql;

import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.IntValue;
import graphql.language.Node;
import graphql.language.OperationDefinition;
import graphql.language.SelectionSet;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLList;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLTypeUtil;
import io.gatehouse.defaults.ApiException;
import java.math.BigInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Estimates what an operation can cost at most, before anything runs: 1 for each object in the
 * answer, 100 for each read call, 500 for each change; a batched field costs its parents 1 each. A
 * list is as long as its {@code limit} says, 20 if it does not; lists inside an item count 5.
 */
final class QueryCost {
  private static final long READ = 100;
  private static final long CHANGE = 500;
  private static final long SHARE_OF_BATCH = 1;
  private static final int DEFAULT_PAGE = 20;
  private static final int LONGEST_PAGE = 100;
  private static final int LIST_IN_ITEM = 5;
  private static final long TOO_MUCH = Long.MAX_VALUE / 1024;

  private final BoundSchema bound;
  private final Map<String, FragmentDefinition> fragments;
  private final Map<String, Object> variables;

  private QueryCost(
      BoundSchema bound, Map<String, FragmentDefinition> fragments, Map<String, Object> variables) {
    this.bound = bound;
    this.fragments = fragments;
    this.variables = variables;
  }

  /**
   * Passes when the operation can cost no more than allowed.
   *
   * @throws ApiException VALIDATION_ERROR
   */
  static void check(
      BoundSchema bound,
      PreparedQuery query,
      OperationDefinition operation,
      Map<String, Object> variables,
      long atMost) {
    var root = root(bound.schema(), operation);
    var cost =
        root == null
            ? 0
            : new QueryCost(bound, query.fragments(), variables)
                .of(operation.getSelectionSet(), root, LIST_IN_ITEM);
    if (cost > atMost) {
      throw ApiException.invalid(
          "query.cost",
          "can be " + cost + "; at most " + atMost + " is allowed. Ask for less at once");
    }
  }

  private static @Nullable GraphQLObjectType root(
      GraphQLSchema schema, OperationDefinition operation) {
    return switch (operation.getOperation()) {
      case QUERY -> schema.getQueryType();
      case MUTATION -> schema.getMutationType();
      case SUBSCRIPTION -> schema.getSubscriptionType();
    };
  }

  /**
   * The cost of this selection for one object.
   *
   * @param page how long the first list below is, when a call above it said
   */
  private long of(@Nullable SelectionSet selections, GraphQLObjectType type, int page) {
    long cost = 0;
    if (selections == null) {
      return cost;
    }
    for (Node<?> selection : selections.getSelections()) {
      cost +=
          switch (selection) {
            case Field field -> of(field, type.getFieldDefinition(field.getName()), type, page);
            case InlineFragment inline -> of(inline.getSelectionSet(), type, page);
            case FragmentSpread spread -> of(spread, type, page);
            default -> 0;
          };
      cost = Math.min(cost, TOO_MUCH);
    }
    return cost;
  }

  private long of(FragmentSpread spread, GraphQLObjectType type, int page) {
    var fragment = fragments.get(spread.getName());
    return fragment == null ? 0 : of(fragment.getSelectionSet(), type, page);
  }

  private long of(
      Field field,
      @Nullable GraphQLFieldDefinition definition,
      GraphQLObjectType parent,
      int page) {
    if (definition == null) {
      return 0;
    }
    var binding =
        bound.bindings().get(FieldCoordinates.coordinates(parent.getName(), field.getName()));
    var call = binding == null ? 0 : price(binding);
    if (!(GraphQLTypeUtil.unwrapAll(definition.getType()) instanceof GraphQLObjectType type)) {
      return call;
    }
    var size = binding == null ? page : pageSize(field);
    var isList = GraphQLTypeUtil.unwrapNonNull(definition.getType()) instanceof GraphQLList;
    var each = 1 + of(field.getSelectionSet(), type, isList ? LIST_IN_ITEM : size);
    return Math.min(TOO_MUCH, call + (isList ? size : 1) * each);
  }

  private static long price(CallBinding binding) {
    if (binding.batch() != null) {
      return SHARE_OF_BATCH;
    }
    return binding.isRead() ? READ : CHANGE;
  }

  private int pageSize(Field field) {
    for (var argument : field.getArguments()) {
      if (argument.getName().equals("limit")) {
        return Math.clamp(number(argument.getValue()), 1, LONGEST_PAGE);
      }
    }
    return DEFAULT_PAGE;
  }

  private long number(Value<?> value) {
    return switch (value) {
      case IntValue literal -> saturated(literal.getValue());
      case VariableReference variable ->
          variables.get(variable.getName()) instanceof Number number
              ? number.longValue()
              : LONGEST_PAGE;
      default -> DEFAULT_PAGE;
    };
  }

  private static long saturated(BigInteger number) {
    return number.bitLength() < 63 ? number.longValue() : LONGEST_PAGE;
  }
}
