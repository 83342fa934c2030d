package io.gatehouse.auth.users;

import io.gatehouse.auth.Audit;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseCookie;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.util.WebUtils;

/**
 * The secret by which a browser is known again, OWASP's device cookie: user-service keeps digests
 * of it and who signed in with it. It opens nothing. It goes to the sign-in form alone, and a
 * browser that was not known to somebody gets a new one with the sign-in, so that a planted one is
 * worth nothing.
 */
public final class BrowserCookie {
  private static final String COOKIE = "BROWSER";
  private static final String GIVEN = "gatehouse.browser";
  private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{43}");

  /** The longest that browsers keep one (RFC 6265bis section 5.5). */
  private static final Duration LIFE = Duration.ofDays(400);

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BYTES = 32;

  private final String fresh;
  private final SignInDevice device;

  private BrowserCookie(String fresh, SignInDevice device) {
    this.fresh = fresh;
    this.device = device;
  }

  /** Of the request at hand. */
  public static BrowserCookie ofRequest() {
    var request = request();
    var bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    var fresh = encoded(bytes);
    var device =
        request == null
            ? SignInDevice.from(null)
            : new SignInDevice(
                Audit.ip(), secret(request).map(BrowserCookie::digest).orElse(null), digest(fresh));
    return new BrowserCookie(fresh, device);
  }

  /** What user-service is told. */
  public SignInDevice device() {
    return device;
  }

  /** Has the browser get its new secret if it was not known to who signed in. */
  public void know(User user) {
    var request = request();
    if (request != null && user.isNewBrowser()) {
      request.setAttribute(GIVEN, fresh);
    }
  }

  /** {@code Set-Cookie} for who signed in by this request, if there is need. */
  public static Optional<String> toGive(HttpServletRequest request) {
    return Optional.ofNullable((String) request.getAttribute(GIVEN))
        .map(
            secret ->
                ResponseCookie.from(COOKIE, secret)
                    .path("/login")
                    .httpOnly(true)
                    .secure(request.isSecure())
                    .sameSite("Lax")
                    .maxAge(LIFE)
                    .build()
                    .toString());
  }

  private static Optional<String> secret(HttpServletRequest request) {
    var cookie = WebUtils.getCookie(request, COOKIE);
    return cookie == null
        ? Optional.empty()
        : Optional.of(cookie.getValue()).filter(SECRET.asMatchPredicate());
  }

  private static @Nullable HttpServletRequest request() {
    return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes current
        ? current.getRequest()
        : null;
  }

  private static String digest(String secret) {
    try {
      var hash = MessageDigest.getInstance("SHA-256");
      return encoded(hash.digest(secret.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
