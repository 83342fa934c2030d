package io.gatehouse.auth.web;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Tells people from programs, so that each gets an answer it can read. */
public final class Browsers {
  private static final String EXPLANATION = "gatehouse.explanation";
  private static final String HTML = "text/html";

  private Browsers() {}

  /** True when the caller asks for HTML first, as browsers do. */
  public static boolean wantHtml(HttpServletRequest request) {
    var accept = request.getHeader(HttpHeaders.ACCEPT);
    return accept != null && accept.regionMatches(true, 0, HTML, 0, HTML.length());
  }

  /** Leaves the key of a message for the error page. */
  public static void explain(HttpServletRequest request, String key) {
    request.setAttribute(EXPLANATION, key);
  }

  /** The key left for the error page, if any. */
  public static @Nullable String explanation(HttpServletRequest request) {
    return (String) request.getAttribute(EXPLANATION);
  }
}
