package io.gatehouse.defaults.web;

import io.gatehouse.defaults.web.BodyShape.Elements;
import io.gatehouse.defaults.web.BodyShape.Fields;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.MessageInterpolator;
import jakarta.validation.Path;
import jakarta.validation.TraversableResolver;
import jakarta.validation.Validator;
import jakarta.validation.ValidatorFactory;
import jakarta.validation.metadata.CascadableDescriptor;
import jakarta.validation.metadata.ConstraintDescriptor;
import jakarta.validation.metadata.ContainerDescriptor;
import jakarta.validation.metadata.ElementDescriptor;
import java.lang.annotation.ElementType;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The Jakarta constraints of bodies. Records are validated one by one along the body's shape, and
 * no further once enough faults are known: cascading would first find them all.
 */
final class BodyRules {
  private final MessageInterpolator messages;
  private final Validator validator;

  BodyRules(ValidatorFactory factory) {
    messages = new English(factory.getMessageInterpolator());
    validator =
        factory
            .usingContext()
            .traversableResolver(new OneByOne())
            .messageInterpolator(messages)
            .getValidator();
  }

  /** Adds what is wrong with a bound body. */
  void check(Object body, BodyShape shape, Faults faults) {
    if (shape instanceof Fields fields) {
      check(body, fields, "", faults);
    }
  }

  private void check(Object bean, Fields fields, String path, Faults faults) {
    validator.validate(bean).stream()
        .sorted(Comparator.comparing(violation -> violation.getPropertyPath().toString()))
        .forEach(violation -> add(violation, fields, path, faults));
    fields
        .known()
        .forEach(
            (name, field) -> {
              if (!faults.isFull()) {
                cascade(read(bean, field), field.shape(), field.cascades(), path + name, faults);
              }
            });
  }

  private void cascade(
      @Nullable Object value, BodyShape shape, boolean cascades, String path, Faults faults) {
    if (value == null) {
      return;
    }
    switch (shape) {
      case Fields fields when cascades -> check(value, fields, path + ".", faults);
      case Elements elements when value instanceof Collection<?> list -> {
        var index = 0;
        for (var element : list) {
          if (faults.isFull()) {
            return;
          }
          var at = path + "[" + index++ + "]";
          cascade(element, elements.element(), elements.cascades(), at, faults);
        }
      }
      default -> {}
    }
  }

  private static void add(
      ConstraintViolation<?> violation, Fields fields, String path, Faults faults) {
    var inside = jsonName(violation.getPropertyPath(), fields);
    var field = inside.isEmpty() ? path.replaceFirst("\\.$", "") : path + inside;
    // A field of the wrong type was left out, and is not missing besides.
    if (!faults.isUnfit(field)) {
      faults.add(field.isEmpty() ? "$" : field, violation.getMessage());
    }
  }

  /** The path inside one record, with the names that its fields have in JSON. */
  private static String jsonName(Path path, Fields fields) {
    var text = new StringBuilder();
    for (var node : path) {
      if (node.getIndex() != null) {
        text.append('[').append(node.getIndex()).append(']');
      }
      if (text.isEmpty() && node.getName() != null) {
        text.append(fields.nameOf(node.getName()));
      }
    }
    return text.toString();
  }

  private static @Nullable Object read(Object bean, BodyShape.Field field) {
    try {
      return field.accessor().invoke(bean);
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Makes at start what would otherwise be made, under locks, by the first requests. */
  void prepare(BodyShape shape) {
    switch (shape) {
      case Fields fields -> {
        var known = validator.getConstraintsForClass(fields.type());
        interpolate(known);
        for (var property : known.getConstrainedProperties()) {
          interpolate(property);
          property.getConstrainedContainerElementTypes().forEach(this::interpolateAll);
        }
        fields.known().values().forEach(field -> prepare(field.shape()));
      }
      case Elements elements -> prepare(elements.element());
      default -> {}
    }
  }

  private <T extends ElementDescriptor & ContainerDescriptor & CascadableDescriptor>
      void interpolateAll(T container) {
    interpolate(container);
    container.getConstrainedContainerElementTypes().forEach(this::interpolateAll);
  }

  private void interpolate(ElementDescriptor element) {
    for (var constraint : element.getConstraintDescriptors()) {
      messages.interpolate(constraint.getMessageTemplate(), new NoValue(constraint));
    }
  }

  private record NoValue(ConstraintDescriptor<?> descriptor)
      implements MessageInterpolator.Context {
    @Override
    public ConstraintDescriptor<?> getConstraintDescriptor() {
      return descriptor;
    }

    @Override
    @SuppressWarnings("NullAway") // As for a constraint on null.
    public @Nullable Object getValidatedValue() {
      return null;
    }

    @Override
    public <T> T unwrap(Class<T> type) {
      return type.cast(this);
    }
  }

  /** Whatever the machine's locale is. */
  private record English(MessageInterpolator messages) implements MessageInterpolator {
    @Override
    public String interpolate(String template, Context context) {
      return messages.interpolate(template, context, Locale.ENGLISH);
    }

    @Override
    public String interpolate(String template, Context context, Locale locale) {
      return messages.interpolate(template, context, Locale.ENGLISH);
    }
  }

  /** Every property counts, and none leads further. */
  private static final class OneByOne implements TraversableResolver {
    @Override
    public boolean isReachable(
        @Nullable Object bean, Path.Node property, Class<?> root, Path path, ElementType element) {
      return true;
    }

    @Override
    public boolean isCascadable(
        @Nullable Object bean, Path.Node property, Class<?> root, Path path, ElementType element) {
      return false;
    }
  }
}
