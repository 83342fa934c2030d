package io.gatehouse.users;

import static java.lang.annotation.ElementType.FIELD;
import static java.lang.annotation.ElementType.PARAMETER;
import static java.lang.annotation.ElementType.RECORD_COMPONENT;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** A text of min to max characters (code points, not UTF-16 units), none of them a control. */
@Documented
@Constraint(validatedBy = Characters.Check.class)
@Target({FIELD, PARAMETER, RECORD_COMPONENT})
@Retention(RUNTIME)
@interface Characters {
  /** Fewest code points. */
  int min();

  /** Most code points. */
  int max();

  /** What the caller reads. */
  String message() default "must have {min} to {max} characters and no control characters";

  /** Unused; required of constraints. */
  Class<?>[] groups() default {};

  /** Unused; required of constraints. */
  Class<? extends Payload>[] payload() default {};

  /** Null passes: that is {@code @NotNull}'s to say. */
  final class Check implements ConstraintValidator<Characters, CharSequence> {
    private int min;
    private int max;

    @Override
    public void initialize(Characters rule) {
      min = rule.min();
      max = rule.max();
    }

    @Override
    public boolean isValid(@Nullable CharSequence text, ConstraintValidatorContext context) {
      if (text == null) {
        return true;
      }
      var length = text.codePoints().count();
      return length >= min && length <= max && text.codePoints().noneMatch(Character::isISOControl);
    }
  }
}
