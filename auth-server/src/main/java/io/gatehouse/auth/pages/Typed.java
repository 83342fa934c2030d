package io.gatehouse.auth.pages;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseCookie;
import org.springframework.web.util.WebUtils;

/**
 * The address that a person typed last, kept for the form that is shown next: after a wrong
 * password and after signing up. In a cookie that only the sign-in page is sent, since addresses of
 * pages end up in logs.
 */
final class Typed {
  private static final String COOKIE = "TYPED";
  private static final int MAX_CHARS = 254;
  private static final int SECONDS = 300;

  private Typed() {}

  /** {@code Set-Cookie} for what was typed; one that forgets it when that can be no address. */
  static String cookie(@Nullable String address, boolean secure) {
    var keep = address != null && address.length() <= MAX_CHARS ? address.strip() : "";
    return ResponseCookie.from(
            COOKIE,
            Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(keep.getBytes(StandardCharsets.UTF_8)))
        .path("/login")
        .httpOnly(true)
        .secure(secure)
        .sameSite("Lax")
        .maxAge(keep.isEmpty() ? 0 : SECONDS)
        .build()
        .toString();
  }

  /** What was typed: in the form at hand, else in the one before. */
  static Optional<String> read(HttpServletRequest request) {
    var given = request.getParameter("username");
    if (given != null) {
      return Optional.of(given).filter(address -> address.length() <= MAX_CHARS);
    }
    var cookie = WebUtils.getCookie(request, COOKIE);
    if (cookie == null || cookie.getValue().isEmpty() || cookie.getValue().length() > 1_400) {
      return Optional.empty();
    }
    try {
      var bytes = Base64.getUrlDecoder().decode(cookie.getValue());
      return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }
}
