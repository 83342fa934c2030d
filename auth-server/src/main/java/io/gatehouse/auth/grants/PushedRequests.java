package io.gatehouse.auth.grants;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.stereotype.Component;

/**
 * Authorization requests that clients push beforehand (RFC 9126). Browsers bring only the {@code
 * request_uri}, also through the sign-in, so that nobody changes on the way what was asked for. It
 * is good for five minutes, and for one answer.
 */
@Component
class PushedRequests {
  private static final String PREFIX = "urn:ietf:params:oauth:request_uri:";

  private final TokenFamilies families;

  PushedRequests(TokenFamilies families) {
    this.families = families;
  }

  /** Whether the browser brings the address of a pushed request, whatever it leads to. */
  static boolean isOne(@Nullable String requestUri) {
    return requestUri != null && requestUri.startsWith(PREFIX);
  }

  /** What this client pushed, with what the sign-in added; empty when there is no such request. */
  Optional<AuthorizationRequest> find(AuthorizationRequest asked) {
    var uri = asked.one("request_uri");
    if (uri == null || !isOne(uri)) {
      return Optional.empty();
    }
    // With the time until which it is good, which Spring's endpoint looks at.
    var state = uri.substring(PREFIX.length());
    var family = families.findByToken(state, new OAuth2TokenType("state"));
    OAuth2AuthorizationRequest pushed =
        family == null ? null : family.getAttribute(OAuth2AuthorizationRequest.class.getName());
    return pushed == null || !pushed.getClientId().equals(asked.one("client_id"))
        ? Optional.empty()
        : Optional.of(new AuthorizationRequest(parameters(pushed, asked)));
  }

  private static Map<String, String[]> parameters(
      OAuth2AuthorizationRequest pushed, AuthorizationRequest asked) {
    var parameters =
        parameters(
            pushed.getClientId(),
            pushed.getRedirectUri(),
            String.join(" ", pushed.getScopes()),
            pushed.getState(),
            pushed.getAdditionalParameters());
    for (var own :
        new String[] {AuthorizationRequest.SIGNED_IN_SINCE, AuthorizationRequest.CHOSEN}) {
      put(parameters, own, asked.one(own));
    }
    return parameters;
  }

  private static Map<String, String[]> parameters(
      String clientId,
      @Nullable String redirectUri,
      String scope,
      @Nullable String state,
      Map<String, Object> more) {
    var parameters = new LinkedHashMap<String, String[]>();
    more.forEach((name, value) -> put(parameters, name, String.valueOf(value)));
    put(parameters, "response_type", "code");
    put(parameters, "client_id", clientId);
    put(parameters, "redirect_uri", redirectUri);
    put(parameters, "scope", scope);
    put(parameters, "state", state);
    return parameters;
  }

  private static void put(Map<String, String[]> parameters, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      parameters.put(name, new String[] {value});
    }
  }

  /** Refuses at the push what would be refused later, when a person waits. */
  static Consumer<OAuth2AuthorizationCodeRequestAuthenticationContext> check() {
    return context -> {
      OAuth2AuthorizationCodeRequestAuthenticationToken request = context.getAuthentication();
      var asked =
          new AuthorizationRequest(
              parameters(
                  request.getClientId(),
                  request.getRedirectUri(),
                  String.join(" ", request.getScopes()),
                  request.getState(),
                  request.getAdditionalParameters()));
      asked
          .fault()
          .ifPresent(
              fault -> {
                throw new OAuth2AuthorizationCodeRequestAuthenticationException(fault, null);
              });
    };
  }
}
