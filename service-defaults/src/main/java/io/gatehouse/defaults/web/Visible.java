package io.gatehouse.defaults.web;

import static java.lang.annotation.ElementType.FIELD;
import static java.lang.annotation.ElementType.PARAMETER;
import static java.lang.annotation.ElementType.RECORD_COMPONENT;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.Character.UnicodeScript;
import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A text that reads as what it is: no character that is invisible, changes the direction of others
 * or means nothing to anybody else. Joiners stay where writing and emoji need them: between
 * characters that are not of the Latin, Greek or Cyrillic script.
 */
@Documented
@Constraint(validatedBy = Visible.Check.class)
@Target({FIELD, PARAMETER, RECORD_COMPONENT})
@Retention(RUNTIME)
public @interface Visible {
  /** What the caller reads. */
  String message() default "must have no invisible, direction or private characters";

  /** Unused; required of constraints. */
  Class<?>[] groups() default {};

  /** Unused; required of constraints. */
  Class<? extends Payload>[] payload() default {};

  /** Null and blank texts pass: those are other rules' to say. */
  final class Check implements ConstraintValidator<Visible, CharSequence> {
    private static final int ZWNJ = 0x200C;
    private static final int ZWJ = 0x200D;

    /** What shows an emoji as text or picture. */
    private static final Set<Integer> PRESENTATION = Set.of(0xFE0E, 0xFE0F);

    /** Letters and marks that show nothing: grapheme joiner, fillers, inherent vowels, blanks. */
    private static final Set<Integer> BLANK =
        Set.of(
            0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0x3164,
            0xFFA0);

    private static final Set<UnicodeScript> UNJOINED =
        Set.of(UnicodeScript.LATIN, UnicodeScript.GREEK, UnicodeScript.CYRILLIC);

    @Override
    public boolean isValid(@Nullable CharSequence text, ConstraintValidatorContext context) {
      if (text == null || text.toString().isBlank()) {
        return true;
      }
      var characters = text.codePoints().toArray();
      var shown = false;
      for (var i = 0; i < characters.length; i++) {
        if (!isAllowed(characters, i)) {
          return false;
        }
        shown |= isShown(characters[i]);
      }
      return shown;
    }

    private static boolean isAllowed(int[] characters, int i) {
      var character = characters[i];
      if (character == ZWJ || character == ZWNJ) {
        return i > 0
            && i < characters.length - 1
            && isJoined(characters[i - 1])
            && isJoined(characters[i + 1]);
      }
      if (PRESENTATION.contains(character)) {
        return i > 0 && !Character.isLetter(characters[i - 1]) && isShown(characters[i - 1]);
      }
      return !BLANK.contains(character) && !isVariation(character) && isKnown(character);
    }

    private static boolean isKnown(int character) {
      return switch (Character.getType(character)) {
        case Character.FORMAT,
            Character.PRIVATE_USE,
            Character.SURROGATE,
            Character.UNASSIGNED,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR ->
            false;
        default -> true;
      };
    }

    /** Other selectors than the two for emoji. */
    private static boolean isVariation(int character) {
      return (character >= 0xFE00 && character <= 0xFE0F)
          || (character >= 0xE0100 && character <= 0xE01EF);
    }

    /** A character that joiners may stand beside, such as a letter of Persian or an emoji. */
    private static boolean isJoined(int character) {
      return character >= 0x80
          && (isShown(character)
              || PRESENTATION.contains(character)
              || Character.getType(character) == Character.NON_SPACING_MARK)
          && !UNJOINED.contains(UnicodeScript.of(character));
    }

    private static boolean isShown(int character) {
      return Character.isLetterOrDigit(character)
          || switch (Character.getType(character)) {
            case Character.LETTER_NUMBER,
                Character.OTHER_NUMBER,
                Character.DASH_PUNCTUATION,
                Character.START_PUNCTUATION,
                Character.END_PUNCTUATION,
                Character.CONNECTOR_PUNCTUATION,
                Character.OTHER_PUNCTUATION,
                Character.INITIAL_QUOTE_PUNCTUATION,
                Character.FINAL_QUOTE_PUNCTUATION,
                Character.MATH_SYMBOL,
                Character.CURRENCY_SYMBOL,
                Character.MODIFIER_SYMBOL,
                Character.OTHER_SYMBOL ->
                true;
            default -> false;
          };
    }
  }
}
