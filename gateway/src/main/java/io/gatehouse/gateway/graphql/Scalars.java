package io.gatehouse.gateway.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.ArrayValue;
import graphql.language.BooleanValue;
import graphql.language.EnumValue;
import graphql.language.FloatValue;
import graphql.language.IntValue;
import graphql.language.NullValue;
import graphql.language.ObjectValue;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLScalarType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.LinkedHashMap;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Scalars beyond GraphQL's own. */
final class Scalars {
  static final GraphQLScalarType DATE_TIME = scalar("DateTime", new DateTime());
  static final GraphQLScalarType LONG = scalar("Long", new WholeNumber());
  static final GraphQLScalarType JSON = scalar("JSON", new Json());

  private Scalars() {}

  private static GraphQLScalarType scalar(String name, Coercing<?, ?> coercing) {
    return GraphQLScalarType.newScalar().name(name).coercing(coercing).build();
  }

  /** Reads values and literals alike; a value it cannot take is null. */
  private abstract static class Simple<T> implements Coercing<T, T> {
    private final String rule;

    Simple(String rule) {
      this.rule = rule;
    }

    abstract @Nullable T take(@Nullable Object value);

    @Override
    public T serialize(Object value, GraphQLContext context, Locale locale) {
      var taken = take(value);
      if (taken == null) {
        throw new CoercingSerializeException("The service's value " + rule);
      }
      return taken;
    }

    @Override
    public T parseValue(Object value, GraphQLContext context, Locale locale) {
      var taken = take(value);
      if (taken == null) {
        throw new CoercingParseValueException("The value " + rule);
      }
      return taken;
    }

    @Override
    public T parseLiteral(
        Value<?> literal, CoercedVariables variables, GraphQLContext context, Locale locale) {
      var taken = take(plain(literal, variables));
      if (taken == null) {
        throw new CoercingParseLiteralException("The value " + rule);
      }
      return taken;
    }

    @Override
    public Value<?> valueToLiteral(Object value, GraphQLContext context, Locale locale) {
      return value instanceof Number number
          ? IntValue.of(number.intValue())
          : StringValue.of(value.toString());
    }
  }

  private static final class DateTime extends Simple<String> {
    DateTime() {
      super("must be a time such as 2026-11-22T10:00:00.000001Z");
    }

    @Override
    @Nullable String take(@Nullable Object value) {
      try {
        return value instanceof String text
                && DateTimeFormatter.ISO_OFFSET_DATE_TIME
                    .parse(text)
                    .isSupported(ChronoField.INSTANT_SECONDS)
            ? text
            : null;
      } catch (DateTimeException malformed) {
        return null;
      }
    }
  }

  private static final class WholeNumber extends Simple<Long> {
    WholeNumber() {
      super("must be a whole number of up to 64 bits");
    }

    @Override
    @Nullable Long take(@Nullable Object value) {
      try {
        return switch (value) {
          case Integer small -> small.longValue();
          case Long number -> number;
          case BigInteger big -> big.longValueExact();
          case BigDecimal decimal -> decimal.longValueExact();
          case null, default -> null;
        };
      } catch (ArithmeticException outOfRange) {
        return null;
      }
    }
  }

  private static final class Json extends Simple<Object> {
    Json() {
      super("must be JSON");
    }

    @Override
    @Nullable Object take(@Nullable Object value) {
      return value;
    }
  }

  /** A literal as JSON has it. */
  private static @Nullable Object plain(Value<?> literal, CoercedVariables variables) {
    return switch (literal) {
      case IntValue number -> number.getValue();
      case FloatValue number -> number.getValue();
      case StringValue text -> text.getValue();
      case BooleanValue flag -> flag.isValue();
      case EnumValue name -> name.getName();
      case NullValue _ -> null;
      case VariableReference variable -> variables.get(variable.getName());
      case ArrayValue array ->
          array.getValues().stream().map(item -> plain(item, variables)).toList();
      case ObjectValue object -> {
        var fields = new LinkedHashMap<String, @Nullable Object>();
        object
            .getObjectFields()
            .forEach(field -> fields.put(field.getName(), plain(field.getValue(), variables)));
        yield fields;
      }
      default -> throw new CoercingParseLiteralException("The value is not understood");
    };
  }
}
