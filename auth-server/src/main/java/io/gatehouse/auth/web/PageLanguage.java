package io.gatehouse.auth.web;

import io.gatehouse.defaults.web.KnownLanguages;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * The language that a person reads: of the application's {@code ui_locales}, where one sent the
 * person here, else of the browser's {@code Accept-Language}, else English. Mails that come of a
 * page are in the page's language.
 */
public final class PageLanguage {
  /**
   * Of authorization requests (OpenID Connect Core section 3.1.2.1) and of those to sign out
   * (RP-Initiated Logout section 2). All pages take it, so that one may lead to another with it.
   */
  public static final String PARAMETER = "ui_locales";

  private static final String WISH = "gatehouse.language";

  private PageLanguage() {}

  /** Keeps what an application wishes that this request does not name itself. */
  public static void wish(HttpServletRequest request, @Nullable String locales) {
    KnownLanguages.preferred(locales).ifPresent(found -> request.setAttribute(WISH, found));
  }

  /** The tag of the language that an application wishes and we know. */
  public static Optional<String> wished(HttpServletRequest request) {
    return Optional.ofNullable((String) request.getAttribute(WISH))
        .or(() -> KnownLanguages.preferred(parameter(request)));
  }

  /** A path of ours that leads on in the language that an application wishes. */
  public static String keep(HttpServletRequest request, String path) {
    return wished(request)
        .map(language -> path + (path.contains("?") ? "&" : "?") + PARAMETER + "=" + language)
        .orElse(path);
  }

  /** The tag of the language for who made this request. */
  public static String of(HttpServletRequest request) {
    return wished(request)
        .or(() -> KnownLanguages.accepted(accepted(request)))
        .orElse(KnownLanguages.DEFAULT);
  }

  /** The same for the request at hand; empty where none is. */
  public static Optional<String> current() {
    return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes current
        ? Optional.of(of(current.getRequest()))
        : Optional.empty();
  }

  /** The lines of a list are one list (RFC 9110 section 5.3). */
  private static @Nullable String accepted(HttpServletRequest request) {
    var lines = Collections.list(request.getHeaders(HttpHeaders.ACCEPT_LANGUAGE));
    return lines.isEmpty() ? null : String.join(",", lines);
  }

  private static @Nullable String parameter(HttpServletRequest request) {
    try {
      return request.getParameter(PARAMETER);
    } catch (IllegalStateException unreadable) {
      // The form of a request that was refused for it, whose error page is to be shown.
      return null;
    }
  }
}
