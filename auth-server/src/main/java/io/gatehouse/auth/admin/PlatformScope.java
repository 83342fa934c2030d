package io.gatehouse.auth.admin;

import io.gatehouse.auth.ApiScopes;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A scope that people and other clients may be given: none that services have between them. */
@Target(ElementType.TYPE_USE)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = PlatformScope.Check.class)
@interface PlatformScope {
  String message() default "must be a scope of the platform";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Compares with services.yml's and OpenID Connect's. */
  class Check implements ConstraintValidator<PlatformScope, String> {
    private static final Set<String> KNOWN =
        Stream.concat(Stream.of("openid", "profile", "email"), ApiScopes.names().stream())
            .collect(Collectors.toUnmodifiableSet());

    @Override
    public boolean isValid(@Nullable String scope, ConstraintValidatorContext context) {
      return scope == null || KNOWN.contains(scope);
    }
  }
}
