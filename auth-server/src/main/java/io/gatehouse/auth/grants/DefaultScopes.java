package io.gatehouse.auth.grants;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationToken;

/** A service that asks for no scope in particular gets all of its own (RFC 6749 section 3.3). */
final class DefaultScopes implements AuthenticationProvider {
  private final AuthenticationProvider exchange;

  DefaultScopes(AuthenticationProvider exchange) {
    this.exchange = exchange;
  }

  @Override
  public @Nullable Authentication authenticate(Authentication authentication) {
    var request = (OAuth2ClientCredentialsAuthenticationToken) authentication;
    if (!request.getScopes().isEmpty()
        || !(request.getPrincipal() instanceof OAuth2ClientAuthenticationToken client)
        || client.getRegisteredClient() == null) {
      return exchange.authenticate(request);
    }
    var scopes = Objects.requireNonNull(client.getRegisteredClient()).getScopes();
    return exchange.authenticate(
        new OAuth2ClientCredentialsAuthenticationToken(
            client, scopes, request.getAdditionalParameters()));
  }

  @Override
  public boolean supports(Class<?> type) {
    return exchange.supports(type);
  }
}
