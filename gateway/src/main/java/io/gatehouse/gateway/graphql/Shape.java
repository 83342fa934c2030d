package io.gatehouse.gateway.graphql;

import graphql.schema.GraphQLList;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLNonNull;
import graphql.schema.GraphQLType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is asked of a value of JSON in which no call is bound and nothing depends on variables. */
sealed interface Shape {

  /** False where null may stand. */
  boolean isRequired();

  /**
   * A number, a text, a name.
   *
   * @param type a scalar or an enum
   */
  record Leaf(GraphQLType type, boolean isRequired) implements Shape {}

  /** A list. */
  record Items(Shape each, boolean isRequired) implements Shape {}

  /**
   * An object.
   *
   * @param type its name
   * @param parts those that are asked for, in their order
   */
  record Structure(String type, List<Part> parts, boolean isRequired) implements Shape {}

  /**
   * One field of an object.
   *
   * @param key its name in the answer
   * @param name its name in the JSON
   * @param shape null for the name of the object's type
   */
  record Part(String key, String name, @Nullable Shape shape) {}

  /**
   * What is asked of a value of this type.
   *
   * @param parts of the object that is at the bottom of it; empty for a scalar or an enum
   */
  static Shape of(GraphQLType type, List<Part> parts) {
    return type instanceof GraphQLNonNull required
        ? of(required.getWrappedType(), parts, true)
        : of(type, parts, false);
  }

  private static Shape of(GraphQLType type, List<Part> parts, boolean isRequired) {
    if (type instanceof GraphQLList list) {
      return new Items(of(list.getWrappedType(), parts), isRequired);
    }
    return parts.isEmpty()
        ? new Leaf(type, isRequired)
        : new Structure(((GraphQLNamedType) type).getName(), parts, isRequired);
  }
}
