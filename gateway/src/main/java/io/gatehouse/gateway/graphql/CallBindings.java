package io.gatehouse.gateway.graphql;

import graphql.language.Argument;
import graphql.language.ArrayValue;
import graphql.language.Directive;
import graphql.language.FieldDefinition;
import graphql.language.InputValueDefinition;
import graphql.language.IntValue;
import graphql.language.StringValue;
import graphql.language.Value;
import io.gatehouse.gateway.calls.PathTemplate;
import io.gatehouse.gateway.graphql.CallBinding.Batch;
import io.gatehouse.gateway.graphql.CallBinding.Each;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;

/** Reads the directives of one field; a wrong one stops the start with a sentence naming it. */
final class CallBindings {
  static final String CALL = "call";
  static final String BATCH = "batch";
  private static final String LOGIN = "login";

  private static final Set<HttpMethod> METHODS =
      Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE);

  private final String where;
  private final FieldDefinition field;
  private final boolean mutation;

  private CallBindings(String type, FieldDefinition field) {
    this.where = type + "." + field.getName();
    this.field = field;
    this.mutation = type.equals("Mutation");
  }

  /**
   * The binding of a field of this type; null when the field is part of its parent's JSON.
   *
   * @throws IllegalArgumentException naming the field and what is wrong
   */
  static @Nullable CallBinding of(String type, FieldDefinition field) {
    return new CallBindings(type, field).read();
  }

  private @Nullable CallBinding read() {
    var calls = field.getDirectives(CALL);
    var batches = field.getDirectives(BATCH);
    if (calls.isEmpty() && batches.isEmpty()) {
      return null;
    }
    if (calls.size() != 1 || batches.size() > 1) {
      throw wrong("needs exactly one @call and at most one @batch");
    }
    var call =
        arguments(
            calls.getFirst(),
            Set.of(
                "service", "method", "path", "input", "body", "at", "pages", "timeout", "limit"));
    var method = HttpMethod.valueOf(text(call, "method", "GET"));
    if (!METHODS.contains(method) || method.equals(HttpMethod.GET) == mutation) {
      throw wrong("@call method " + method + " does not fit: queries read, mutations change");
    }
    var batch = batches.isEmpty() ? null : batch(batches.getFirst());
    return new CallBinding(
        required(call, CALL, "service"),
        method,
        template(CALL, required(call, CALL, "path")),
        argument(optional(call, "input")),
        texts(call.get("body")),
        optional(call, "at"),
        number(call, "pages", 1),
        Duration.ofMillis(number(call, "timeout", 4000)),
        isSignUp(call),
        batch);
  }

  private boolean isSignUp(Map<String, Value<?>> call) {
    var limit = optional(call, "limit");
    if (limit != null && !limit.equals(LOGIN)) {
      throw wrong("@call limit can only be " + LOGIN + ", not " + limit);
    }
    return limit != null;
  }

  private Batch batch(Directive directive) {
    var batch = arguments(directive, Set.of("path", "key", "match", "each"));
    var each = required(batch, BATCH, "each");
    if (Arrays.stream(Each.values()).noneMatch(known -> known.name().equals(each))) {
      throw wrong("@batch each must be ONE, LIST or PAGE, not " + each);
    }
    return new Batch(
        template(BATCH, required(batch, BATCH, "path")),
        required(batch, BATCH, "key"),
        required(batch, BATCH, "match"),
        Each.valueOf(each));
  }

  private PathTemplate template(String directive, String text) {
    var template = parse(directive, text);
    for (var name : template.names()) {
      if (!name.startsWith(CallBinding.SOURCE) && !name.equals("keys")) {
        argument(name);
      }
    }
    return template;
  }

  private PathTemplate parse(String directive, String text) {
    try {
      return PathTemplate.ofIds(text);
    } catch (IllegalArgumentException malformed) {
      throw wrong("@" + directive + " path " + malformed.getMessage());
    }
  }

  /** The name, if it is an argument of the field. */
  private @Nullable String argument(@Nullable String name) {
    var known =
        field.getInputValueDefinitions().stream()
            .map(InputValueDefinition::getName)
            .collect(Collectors.toSet());
    if (name != null && !known.contains(name)) {
      throw wrong("names {" + name + "}, but its arguments are " + known);
    }
    return name;
  }

  private Map<String, Value<?>> arguments(Directive directive, Set<String> known) {
    var values = new HashMap<String, Value<?>>();
    for (Argument argument : directive.getArguments()) {
      if (!known.contains(argument.getName())) {
        throw wrong("@" + directive.getName() + " has no argument " + argument.getName());
      }
      values.put(argument.getName(), argument.getValue());
    }
    return values;
  }

  private String required(Map<String, Value<?>> arguments, String directive, String name) {
    var text = optional(arguments, name);
    if (text == null || text.isBlank()) {
      throw wrong("@" + directive + " lacks " + name);
    }
    return text;
  }

  private String text(Map<String, Value<?>> arguments, String name, String otherwise) {
    var text = optional(arguments, name);
    return text == null ? otherwise : text;
  }

  private @Nullable String optional(Map<String, Value<?>> arguments, String name) {
    return switch (arguments.get(name)) {
      case null -> null;
      case StringValue text -> text.getValue();
      default -> throw wrong(name + " must be a text");
    };
  }

  private int number(Map<String, Value<?>> arguments, String name, int otherwise) {
    return switch (arguments.get(name)) {
      case null -> otherwise;
      case IntValue number when number.getValue().signum() > 0 -> number.getValue().intValueExact();
      default -> throw wrong(name + " must be a positive number");
    };
  }

  private List<String> texts(@Nullable Value<?> value) {
    return switch (value) {
      case null -> List.of();
      case ArrayValue array ->
          array.getValues().stream()
              .map(
                  item ->
                      item instanceof StringValue text
                          ? String.valueOf(argument(text.getValue()))
                          : "")
              .toList();
      default -> throw wrong("body must be a list of argument names");
    };
  }

  private IllegalArgumentException wrong(String problem) {
    return new IllegalArgumentException("GraphQL field " + where + ": " + problem);
  }
}
