package io.gatehouse.auth.grants;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** Remembers which page a person wanted before signing in; nothing else touches the session. */
final class ReturnTo extends HttpSessionRequestCache {
  private static final RequestMatcher PAGES =
      new OrRequestMatcher(
          PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.GET, "/oauth2/authorize"),
          PathPatternRequestMatcher.withDefaults().matcher(HttpMethod.GET, "/activate"));

  @SuppressWarnings("NullAway") // The setter takes null for "no marker parameter" (its Javadoc).
  ReturnTo() {
    setRequestMatcher(PAGES);
    setMatchingRequestParameterName(null);
  }

  @Override
  public @Nullable HttpServletRequest getMatchingRequest(
      HttpServletRequest request, HttpServletResponse response) {
    return PAGES.matches(request) ? super.getMatchingRequest(request, response) : null;
  }
}
