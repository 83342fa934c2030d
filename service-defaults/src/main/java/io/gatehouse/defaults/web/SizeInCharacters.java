package io.gatehouse.defaults.web;

import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * {@code @Size} of a text counts characters, that is code points, as JSON Schema's {@code
 * maxLength} does (RFC 8259 strings, JSON Schema section 6.3.1), and not UTF-16 units: an emoji is
 * one. Found by Hibernate Validator through {@code META-INF/services}, and taken before its own
 * rule, which is for every {@code CharSequence}.
 */
public final class SizeInCharacters implements ConstraintValidator<Size, String> {
  private int min;
  private int max;

  @Override
  public void initialize(Size rule) {
    min = rule.min();
    max = rule.max();
  }

  @Override
  public boolean isValid(@Nullable String text, ConstraintValidatorContext context) {
    if (text == null) {
      return true;
    }
    var length = text.codePointCount(0, text.length());
    return length >= min && length <= max;
  }
}
