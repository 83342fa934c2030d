package io.gatehouse.gateway.graphql;

import graphql.language.Field;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One field that an operation asks for, of an object type's fields.
 *
 * @param key its name in the answer
 * @param name its name in the parent's JSON
 * @param binding null when it is part of its parent's JSON
 * @param size at most
 * @param fields what is asked of it, fragments spread out; empty for scalars
 * @param shape what becomes of its value; null when that takes calls, or depends on variables
 */
record Selected(
    Field field,
    String key,
    String name,
    @Nullable CallBinding binding,
    boolean isList,
    FieldSize size,
    List<Selected> fields,
    @Nullable Shape shape) {

  static final String TYPE_NAME = "__typename";

  /** True for a piece of its parent's JSON, whatever the request's variables are. */
  boolean isPart() {
    return binding == null
        && field.getArguments().isEmpty()
        && (shape != null || name.equals(TYPE_NAME));
  }

  Shape.Part part() {
    return new Shape.Part(key, name, shape);
  }
}
