package io.gatehouse.defaults.web;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Size;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a JSON value may be, made once per record from its components and their constraints, so that
 * a body can be held against it while it is parsed and before anything is bound.
 */
sealed interface BodyShape {

  /** An object with known fields, by their names in JSON. */
  record Fields(Class<?> type, Map<String, Field> known, Set<String> ignored, boolean open)
      implements BodyShape {

    /** Whether a field that is not known is passed over in silence. */
    boolean ignores(String name) {
      return open || ignored.contains(name);
    }

    /** The name in JSON of a component. */
    String nameOf(String component) {
      for (var field : known.entrySet()) {
        if (field.getValue().component().equals(component)) {
          return field.getKey();
        }
      }
      return component;
    }
  }

  /**
   * One field.
   *
   * @param cascades whether the rules of the value's own type hold too: {@code @Valid}
   */
  record Field(String component, Method accessor, BodyShape shape, boolean cascades) {}

  /** An array of at most {@code max} elements. */
  record Elements(BodyShape element, int min, int max, boolean cascades) implements BodyShape {}

  /** A string. */
  record Text() implements BodyShape {}

  /** A number without a fraction; {@code 2.0} has none (JSON Schema, section 6.1.1). */
  record Whole(long min, long max) implements BodyShape {}

  /** True or false. */
  record Flag() implements BodyShape {}

  /** Whatever Jackson makes of it, within a bound on its parts. */
  record Any() implements BodyShape {}

  /**
   * The shape of a record; of any other type it is {@link Any}.
   *
   * @throws IllegalArgumentException when an array in it has no bound, or it contains itself
   */
  static BodyShape of(Class<?> type) {
    return of(type, new ArrayDeque<>());
  }

  private static BodyShape of(Type type, Deque<Class<?>> outer) {
    if (type == String.class) {
      return new Text();
    }
    if (type == Integer.class || type == int.class) {
      return new Whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (type == Long.class || type == long.class) {
      return new Whole(Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (type == Boolean.class || type == boolean.class) {
      return new Flag();
    }
    return type instanceof Class<?> record && record.isRecord() ? fields(record, outer) : new Any();
  }

  private static Fields fields(Class<?> type, Deque<Class<?>> outer) {
    if (outer.contains(type)) {
      throw new IllegalArgumentException(type.getName() + " contains itself, without a bound");
    }
    outer.push(type);
    var known = new LinkedHashMap<String, Field>();
    for (var component : type.getRecordComponents()) {
      var field = declared(component);
      var named = field.getAnnotation(JsonProperty.class);
      var accessor = component.getAccessor();
      accessor.setAccessible(true);
      known.put(
          named == null ? component.getName() : named.value(),
          new Field(
              component.getName(),
              accessor,
              value(component.getAnnotatedType(), field, outer),
              field.isAnnotationPresent(Valid.class)));
    }
    outer.pop();
    var ignored = type.getAnnotation(JsonIgnoreProperties.class);
    return new Fields(
        type,
        known,
        ignored == null ? Set.of() : Set.of(ignored.value()),
        ignored != null && ignored.ignoreUnknown());
  }

  /** The private field has every annotation that a record's component was given. */
  private static java.lang.reflect.Field declared(RecordComponent component) {
    try {
      return component.getDeclaringRecord().getDeclaredField(component.getName());
    } catch (NoSuchFieldException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static BodyShape value(
      AnnotatedType type, AnnotatedElement constraints, Deque<Class<?>> outer) {
    if (type instanceof AnnotatedParameterizedType generic
        && ((ParameterizedType) generic.getType()).getRawType() instanceof Class<?> raw
        && Collection.class.isAssignableFrom(raw)) {
      var size = constraints.getAnnotation(Size.class);
      if (size == null || size.max() == Integer.MAX_VALUE) {
        throw new IllegalArgumentException("The array needs @Size(max = …): " + constraints);
      }
      var element = generic.getAnnotatedActualTypeArguments()[0];
      return new Elements(
          value(element, element, outer),
          size.min(),
          size.max(),
          element.isAnnotationPresent(Valid.class));
    }
    return of(type.getType(), outer);
  }
}
