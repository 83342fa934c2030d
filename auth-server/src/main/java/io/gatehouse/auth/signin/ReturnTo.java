package io.gatehouse.auth.signin;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseCookie;
import org.springframework.web.util.WebUtils;

/**
 * A page that a person wanted before signing in, with its parameters. It travels in the sign-in
 * page's address and form, so that each tab answers its own request, no session is needed for it,
 * and a form that was open for hours still knows where it belongs. It leads to our own pages alone,
 * where anybody may link to anyway.
 *
 * @param path one of {@link #PAGES}
 * @param query the parameters, encoded
 */
public record ReturnTo(String path, String query) {
  /** The parameter that carries it. */
  public static final String PARAMETER = "continue";

  /** For a form that was sent without the parameter: what this browser was sent to sign in for. */
  private static final String COOKIE = "RETURN";

  /** With the encoding, an address that every server and proxy on the way takes. */
  private static final int MAX_CHARS = 4_000;

  private static final int MAX_COOKIE_CHARS = 2_000;
  private static final Set<String> PAGES =
      Set.of("/oauth2/authorize", "/oauth2/consent", "/activate", "/logout");

  /** Their forms are typed anew after signing in: what was typed may be a password. */
  private static final Set<String> OF_THE_ACCOUNT =
      Set.of(
          "/account",
          "/account/name",
          "/account/email",
          "/account/password",
          "/account/sign-ins",
          "/account/passkeys",
          "/account/deletion");

  /** The parameter that says from when on (ms) a sign-in counts. */
  public static final String SIGNED_IN_SINCE = "signed_in_since";

  private static final Set<String> OF_OUR_FORMS = Set.of("_csrf", "decision", PARAMETER);
  private static final Pattern QUERY = Pattern.compile("[!-~]*");

  /** The page that this request asked for; of a form's post, the page that shows the form. */
  public static Optional<ReturnTo> of(HttpServletRequest request) {
    var path = request.getRequestURI();
    var isAnswer =
        path.equals("/oauth2/authorize")
            && request.getParameter("response_type") == null
            && request.getParameter("request_uri") == null;
    var found =
        OF_THE_ACCOUNT.contains(path)
            ? new ReturnTo(path, "")
            : new ReturnTo(isAnswer ? "/oauth2/consent" : path, encoded(request.getParameterMap()));
    return found.isAcceptable() ? Optional.of(found) : Optional.empty();
  }

  /** What the parameter says; empty when it is missing or leads elsewhere. */
  public static Optional<ReturnTo> read(@Nullable String value) {
    if (value == null || value.length() > 2 * MAX_CHARS) {
      return Optional.empty();
    }
    try {
      var text = new String(Base64.getUrlDecoder().decode(value), StandardCharsets.UTF_8);
      var parts = text.split("\\?", 2);
      var found = new ReturnTo(parts[0], parts.length == 2 ? parts[1] : "");
      return found.isAcceptable() ? Optional.of(found) : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /** Where this sign-in leads: what its form says, else what the browser came for. */
  public static Optional<ReturnTo> ofSignIn(HttpServletRequest request) {
    var given = request.getParameter(PARAMETER);
    if (given != null) {
      return read(given);
    }
    var cookie = WebUtils.getCookie(request, COOKIE);
    return cookie == null ? Optional.empty() : read(cookie.getValue());
  }

  private boolean isAcceptable() {
    return (PAGES.contains(path) || OF_THE_ACCOUNT.contains(path))
        && query.length() <= MAX_CHARS
        && QUERY.matcher(query).matches()
        && isReadable();
  }

  private boolean isReadable() {
    try {
      parameters();
      return true;
    } catch (IllegalArgumentException badEncoding) {
      return false;
    }
  }

  /** Leads to a page of the account by way of a sign-in from now on. */
  public static ReturnTo signedInAnew(String accountPage, Instant now) {
    return new ReturnTo(accountPage, "").with(SIGNED_IN_SINCE, Long.toString(now.toEpochMilli()));
  }

  /** Whether it leads to a page of the account. */
  public boolean isOfTheAccount() {
    return OF_THE_ACCOUNT.contains(path);
  }

  /** The page's address. */
  public String url() {
    return query.isEmpty() ? path : path + "?" + query;
  }

  /** As the parameter says it. */
  public String value() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(url().getBytes(StandardCharsets.UTF_8));
  }

  /** The same page with one more parameter. */
  public ReturnTo with(String name, String value) {
    var more = name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    return new ReturnTo(path, query.isEmpty() ? more : query + "&" + more);
  }

  /** The parameters, decoded; of repeated ones, the last. */
  public Map<String, String> parameters() {
    var parameters = new LinkedHashMap<String, String>();
    for (var pair : query.isEmpty() ? new String[0] : query.split("&", -1)) {
      var sides = pair.split("=", 2);
      parameters.put(decoded(sides[0]), sides.length == 2 ? decoded(sides[1]) : "");
    }
    return parameters;
  }

  /** The sign-in page that leads here. */
  public String signInUrl() {
    return "/login?" + PARAMETER + "=" + value();
  }

  /** {@code Set-Cookie}, for forms without the parameter; as long as a session lives. */
  public String cookie(boolean secure) {
    var value = value();
    return cookie(value.length() > MAX_COOKIE_CHARS ? "" : value, 1800, secure);
  }

  /** {@code Set-Cookie} that forgets it. */
  public static String noCookie(boolean secure) {
    return cookie("", 0, secure);
  }

  private static String cookie(String value, long seconds, boolean secure) {
    return ResponseCookie.from(COOKIE, value)
        .path("/login")
        .httpOnly(true)
        .secure(secure)
        .sameSite("Lax")
        .maxAge(seconds)
        .build()
        .toString();
  }

  private static String encoded(Map<String, String[]> parameters) {
    return parameters.entrySet().stream()
        .filter(parameter -> !OF_OUR_FORMS.contains(parameter.getKey()))
        .flatMap(
            parameter ->
                Arrays.stream(parameter.getValue())
                    .map(
                        value ->
                            URLEncoder.encode(parameter.getKey(), StandardCharsets.UTF_8)
                                + "="
                                + URLEncoder.encode(value, StandardCharsets.UTF_8)))
        .collect(Collectors.joining("&"));
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
