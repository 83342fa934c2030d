package io.gatehouse.gateway.graphql;

import graphql.language.Field;
import graphql.language.IntValue;
import graphql.language.Value;
import graphql.language.VariableReference;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorBody.Problem;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The most that an operation can cost, before anything runs: 1 for each object in the answer, 1 for
 * each KiB of it, 100 for each read call and 500 for each change. A list is as long as its {@code
 * limit} allows, 20 when it says nothing, or as its {@code @size}; a value has the bytes of its
 * {@code @size}. Aliases and fragments count as often as they appear.
 */
final class QueryCost {
  private static final long READ = 100;
  private static final long CHANGE = 500;
  private static final long KIB = 1024;
  private static final int DEFAULT_PAGE = 20;
  private static final int LONGEST_PAGE = 100;

  /** As many as services take in one list of ids. */
  private static final long KEYS_AT_ONCE = 100;

  private static final long TOO_MUCH = Long.MAX_VALUE / 1_000_000;

  private final Map<String, Object> variables;
  private long objects;
  private long bytes;
  private long calls;
  private long changes;

  private QueryCost(Map<String, Object> variables) {
    this.variables = variables;
  }

  /**
   * Passes when the operation can cost no more than allowed.
   *
   * @param maxCalls reads and changes, each further page of a list aside
   * @throws ApiException VALIDATION_ERROR
   */
  static void check(
      List<Selected> selected, Map<String, Object> variables, long maxCost, int maxCalls) {
    var cost = new QueryCost(variables);
    cost.add(selected, 1, DEFAULT_PAGE);
    var problems = new ArrayList<Problem>();
    cost.compare(problems, "cost", cost.total(), maxCost);
    cost.compare(problems, "calls", cost.calls, maxCalls);
    if (!problems.isEmpty()) {
      throw ApiException.invalid(problems);
    }
  }

  private void compare(List<Problem> problems, String what, long most, long allowed) {
    if (most > allowed) {
      problems.add(
          new Problem(
              "query." + what,
              "can be " + most + "; at most " + allowed + " is allowed. Ask for less at once"));
    }
  }

  private long total() {
    return objects + bytes / KIB + (calls - changes) * READ + changes * CHANGE;
  }

  /**
   * Adds what is asked of so many objects.
   *
   * @param page how long a list among these fields is that does not say it, because a call above it
   *     did
   */
  private void add(List<Selected> fields, long times, int page) {
    for (var field : fields) {
      bytes = saturated(bytes + product(times, field.key().length() + 4L));
      var binding = field.binding();
      if (binding != null) {
        call(binding, times);
      }
      var many = product(times, items(field, page));
      if (field.fields().isEmpty()) {
        bytes = saturated(bytes + product(many, field.size().bytes()));
      } else {
        objects = saturated(objects + many);
        add(field.fields(), many, pageBelow(field, page));
      }
    }
  }

  private void call(CallBinding binding, long times) {
    var count = binding.batch() == null ? times : Math.ceilDiv(times, KEYS_AT_ONCE);
    calls = saturated(calls + count);
    if (!binding.isRead()) {
      changes = saturated(changes + count);
    }
  }

  private int items(Selected field, int page) {
    if (!field.isList()) {
      return 1;
    }
    if (!field.size().equals(FieldSize.UNKNOWN)) {
      return field.size().items();
    }
    return field.binding() == null ? page : pageSize(field.field());
  }

  private int pageBelow(Selected field, int page) {
    if (field.isList()) {
      return FieldSize.UNKNOWN.items();
    }
    return field.binding() == null ? page : pageSize(field.field());
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
      case IntValue literal -> inRange(literal.getValue());
      case VariableReference variable ->
          variables.get(variable.getName()) instanceof Number number
              ? number.longValue()
              : LONGEST_PAGE;
      default -> DEFAULT_PAGE;
    };
  }

  private static long inRange(BigInteger number) {
    return number.bitLength() < 63 ? number.longValue() : LONGEST_PAGE;
  }

  private static long product(long times, long each) {
    return each > 0 && times > TOO_MUCH / each ? TOO_MUCH : times * each;
  }

  private static long saturated(long number) {
    return Math.min(number, TOO_MUCH);
  }
}
