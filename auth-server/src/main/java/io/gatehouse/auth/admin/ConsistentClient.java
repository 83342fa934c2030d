package io.gatehouse.auth.admin;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/** What a client's fields ask of each other. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = ConsistentClient.Check.class)
@interface ConsistentClient {
  String message() default "";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Names the field for each rule that is broken. */
  class Check implements ConstraintValidator<ConsistentClient, ClientBody> {
    @Override
    public boolean isValid(@Nullable ClientBody client, ConstraintValidatorContext context) {
      if (client == null) {
        return true;
      }
      context.disableDefaultConstraintViolation();
      var isPublic = Boolean.TRUE.equals(client.isPublic());
      var grants = client.grants();
      var asksPeople =
          grants.contains("authorization_code") || grants.contains(ClientBody.DEVICE_GRANT);
      var valid = true;
      if (grants.contains("authorization_code") && client.redirectUris().isEmpty()) {
        valid = refuse(context, "redirectUris", "must not be empty with authorization_code");
      }
      if (isPublic && grants.contains("client_credentials")) {
        valid = refuse(context, "grants", "must not have client_credentials for a public client");
      }
      if (grants.contains("refresh_token") && !asksPeople) {
        valid =
            refuse(
                context,
                "grants",
                "must have refresh_token only with authorization_code or the device grant");
      }
      if (isPublic && client.jwks() != null) {
        valid = refuse(context, "jwks", "must not be given for a public client");
      }
      return valid;
    }

    private static boolean refuse(
        ConstraintValidatorContext context, String field, String message) {
      context
          .buildConstraintViolationWithTemplate(message)
          .addPropertyNode(field)
          .addConstraintViolation();
      return false;
    }
  }
}
