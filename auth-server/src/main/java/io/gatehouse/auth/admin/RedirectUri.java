package io.gatehouse.auth.admin;

import io.gatehouse.defaults.platform.Loopback;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An address that codes may be sent to: whole and without a fragment (RFC 6749 section 3.1.2),
 * https or, for programs on a person's machine, http to the loopback or a scheme of their own in
 * reverse domain order (RFC 8252 section 7).
 */
@Target(ElementType.TYPE_USE)
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = RedirectUri.Check.class)
@interface RedirectUri {
  String message() default
      "must be an https URI without a fragment, an http URI of the loopback, or one with a private"
          + " scheme such as com.example.app:/back; at most 1000 characters";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Looks at scheme, host and what must not be in it. */
  class Check implements ConstraintValidator<RedirectUri, String> {
    private static final int MAX_CHARS = 1_000;

    @Override
    public boolean isValid(@Nullable String text, ConstraintValidatorContext context) {
      return text == null || isRedirect(text);
    }

    private static boolean isRedirect(String text) {
      if (text.length() > MAX_CHARS || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        return false;
      }
      try {
        var uri = new URI(text);
        if (uri.getScheme() == null || uri.getRawFragment() != null || isUserInfo(uri)) {
          return false;
        }
        var host = uri.getHost();
        return switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
          case "https" -> host != null;
          case "http" -> host != null && Loopback.is(host);
          default -> uri.getScheme().indexOf('.') > 0 && !uri.isOpaque();
        };
      } catch (URISyntaxException malformed) {
        return false;
      }
    }

    private static boolean isUserInfo(URI uri) {
      return uri.getRawAuthority() != null && uri.getRawAuthority().contains("@");
    }
  }
}
