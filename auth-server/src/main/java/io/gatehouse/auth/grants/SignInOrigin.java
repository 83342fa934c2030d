package io.gatehouse.auth.grants;

import io.gatehouse.auth.Audit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * From where a sign-in began, as its owner is shown it.
 *
 * @param ip the caller's address as the gateway verified it
 * @param userAgent what the program said of itself: one line, as far as it is text
 */
record SignInOrigin(@Nullable String ip, @Nullable String userAgent) {
  private static final int MAX_CHARS = 200;

  /**
   * What is no text for people: control characters, those that turn the direction of others (both
   * of the category C), and line breaks.
   */
  private static final Pattern NO_TEXT = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]+");

  /** Of the request at hand; nothing when there is none. */
  static SignInOrigin ofRequest() {
    return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request
        ? new SignInOrigin(
            Audit.ip(), readable(request.getRequest().getHeader(HttpHeaders.USER_AGENT)))
        : new SignInOrigin(null, null);
  }

  /** At most {@link #MAX_CHARS} characters of text; null for none. */
  static @Nullable String readable(@Nullable String userAgent) {
    if (userAgent == null) {
      return null;
    }
    var text = NO_TEXT.matcher(userAgent).replaceAll("").strip();
    if (text.isEmpty()) {
      return null;
    }
    return text.codePointCount(0, text.length()) <= MAX_CHARS
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MAX_CHARS));
  }
}
