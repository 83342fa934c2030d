package io.gatehouse.auth.grants;

import io.gatehouse.auth.clients.Clients;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Leaves out of an authorization request the scopes that nobody here knows, as OpenID Connect Core
 * sections 3.1.2.1 and 11 ({@code offline_access}) ask for. A scope that is known, and that this
 * client may not have, stays and is refused.
 */
final class UnknownScopes extends OncePerRequestFilter {
  private static final String SCOPE = "scope";
  private static final Set<String> ENDPOINTS = Set.of("/oauth2/authorize", "/oauth2/par");

  private final Clients clients;

  UnknownScopes(Clients clients) {
    this.clients = clients;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !ENDPOINTS.contains(request.getRequestURI()) || AuthorizationRequests.isConsent(request);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var asked = request.getParameterValues(SCOPE);
    var known = asked == null || asked.length != 1 ? null : known(asked[0]);
    chain.doFilter(
        known == null || known.equals(asked[0]) ? request : new Asking(request, known), response);
  }

  private String known(String scopes) {
    return Arrays.stream(scopes.split(" ", -1))
        .filter(clients::isKnown)
        .collect(Collectors.joining(" "));
  }

  /** The request with other scopes. */
  private static final class Asking extends HttpServletRequestWrapper {
    private final Map<String, String[]> parameters;

    Asking(HttpServletRequest request, String scopes) {
      super(request);
      var changed = new LinkedHashMap<>(request.getParameterMap());
      changed.put(SCOPE, new String[] {scopes});
      this.parameters = Collections.unmodifiableMap(changed);
    }

    @Override
    public Map<String, String[]> getParameterMap() {
      return parameters;
    }

    @Override
    public String @Nullable [] getParameterValues(String name) {
      return parameters.get(name);
    }

    @Override
    public @Nullable String getParameter(String name) {
      var values = parameters.get(name);
      return values == null ? null : values[0];
    }
  }
}
