package io.gatehouse.auth.admin;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.text.ParseException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A set of public keys that assertions may be signed with: RSA of 2048 bits and more, or P-256. */
@Target(ElementType.FIELD)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = PublicKeys.Check.class)
@interface PublicKeys {
  String message() default
      "must be a JWK set of 1 to 5 public keys, each RSA of 2048 to 4096 bits or EC on P-256, at most"
          + " 8000 characters";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Reads each key. */
  class Check implements ConstraintValidator<PublicKeys, JsonNode> {
    private static final int MAX_CHARS = 8_000;
    private static final int MAX_KEYS = 5;
    private static final int MIN_BITS = 2_048;
    private static final int MAX_BITS = 4_096;

    @Override
    public boolean isValid(@Nullable JsonNode set, ConstraintValidatorContext context) {
      if (set == null) {
        return true;
      }
      var text = set.toString();
      if (text.length() > MAX_CHARS) {
        return false;
      }
      try {
        var keys = JWKSet.parse(text).getKeys();
        return !keys.isEmpty()
            && keys.size() <= MAX_KEYS
            && keys.stream().allMatch(Check::isUsable);
      } catch (ParseException | IllegalArgumentException malformed) {
        return false;
      }
    }

    private static boolean isUsable(JWK key) {
      return !key.isPrivate()
          && switch (key) {
            case RSAKey rsa -> rsa.size() >= MIN_BITS && rsa.size() <= MAX_BITS;
            case ECKey ec -> Curve.P_256.equals(ec.getCurve());
            default -> false;
          };
    }
  }
}
