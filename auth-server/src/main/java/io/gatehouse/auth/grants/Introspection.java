package io.gatehouse.auth.grants;

import io.gatehouse.auth.clients.Clients;
import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.tokens.AccessToken;
import java.util.List;
import java.util.Objects;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenIntrospection;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenIntrospectionAuthenticationToken;
import org.springframework.stereotype.Component;

/** RFC 7662, for confidential clients that were given the right to ask. */
@Component
class Introspection implements AuthenticationProvider {
  private final IssuedTokens issued;
  private final TokenFamilies families;
  private final String issuer;

  Introspection(IssuedTokens issued, TokenFamilies families, GatehouseProperties properties) {
    this.issued = issued;
    this.families = families;
    this.issuer = properties.issuer();
  }

  @Override
  public Authentication authenticate(Authentication authentication) {
    var question = (OAuth2TokenIntrospectionAuthenticationToken) authentication;
    if (!(question.getPrincipal() instanceof OAuth2ClientAuthenticationToken client)
        || !client.isAuthenticated()) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }
    requireRight(client);
    var answer =
        issued
            .inForce(question.getToken())
            .map(this::describe)
            .orElseGet(() -> describeRefreshToken(question.getToken()));
    return new OAuth2TokenIntrospectionAuthenticationToken(question.getToken(), client, answer);
  }

  @Override
  public boolean supports(Class<?> type) {
    return OAuth2TokenIntrospectionAuthenticationToken.class.isAssignableFrom(type);
  }

  private static void requireRight(OAuth2ClientAuthenticationToken client) {
    var registered = Objects.requireNonNull(client.getRegisteredClient());
    var mayAsk =
        Boolean.TRUE.equals(registered.getClientSettings().getSetting(Clients.MAY_INTROSPECT));
    if (!mayAsk || client.getClientAuthenticationMethod().equals(ClientAuthenticationMethod.NONE)) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }
  }

  private OAuth2TokenIntrospection describe(AccessToken token) {
    var answer =
        OAuth2TokenIntrospection.builder(true)
            .tokenType("Bearer")
            .issuer(issuer)
            .subject(token.subject())
            .audience("gatehouse")
            .clientId(token.clientId())
            .id(token.jti())
            .issuedAt(token.issuedAt())
            .notBefore(token.issuedAt())
            .expiresAt(token.expiresAt())
            .scopes(scopes -> token.scopes().stream().sorted().forEach(scopes::add))
            .claim("roles", List.copyOf(token.roles()));
    if (token.sid() != null) {
      answer.claim("sid", token.sid());
    }
    return answer.build();
  }

  private OAuth2TokenIntrospection describeRefreshToken(String token) {
    OAuth2Authorization family = families.findByToken(token, OAuth2TokenType.REFRESH_TOKEN);
    var refresh = family == null ? null : family.getRefreshToken();
    if (family == null || refresh == null || !refresh.isActive()) {
      return OAuth2TokenIntrospection.builder(false).build();
    }
    return OAuth2TokenIntrospection.builder(true)
        .issuer(issuer)
        .subject(family.getPrincipalName())
        .clientId(family.getRegisteredClientId())
        .issuedAt(Objects.requireNonNull(refresh.getToken().getIssuedAt()))
        .expiresAt(Objects.requireNonNull(refresh.getToken().getExpiresAt()))
        .scopes(scopes -> family.getAuthorizedScopes().stream().sorted().forEach(scopes::add))
        .build();
  }
}
