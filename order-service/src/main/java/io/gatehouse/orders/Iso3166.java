package io.gatehouse.orders;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A country of ISO 3166-1 alpha-2. */
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = Iso3166.Rule.class)
@interface Iso3166 {
  String message() default "must be an ISO 3166-1 country code such as DE";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Null is for {@code @NotNull} to judge. */
  final class Rule implements ConstraintValidator<Iso3166, String> {
    private static final Set<String> CODES = Set.of(Locale.getISOCountries());

    @Override
    public boolean isValid(@Nullable String code, ConstraintValidatorContext context) {
      return code == null || CODES.contains(code);
    }
  }
}
