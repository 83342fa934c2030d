package io.gatehouse.auth.grants;

import io.gatehouse.auth.users.User;
import io.gatehouse.auth.users.UserService;
import io.gatehouse.auth.users.UserServiceUnavailable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.core.oidc.OidcUserInfo;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.authorization.oidc.authentication.OidcUserInfoAuthenticationToken;
import org.springframework.security.oauth2.server.resource.BearerTokenErrors;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.oauth2.server.resource.web.BearerTokenResolver;
import org.springframework.security.oauth2.server.resource.web.DefaultBearerTokenResolver;
import org.springframework.stereotype.Component;

/** {@code /userinfo}: what the token's scopes let the client know of the user, as of now. */
@Component
class UserInfo implements AuthenticationProvider, JwtDecoder {
  private final IssuedTokens issued;
  private final UserService users;

  UserInfo(IssuedTokens issued, UserService users) {
    this.issued = issued;
    this.users = users;
  }

  /** In the header, and here, as OpenID Connect Core section 5.3.1 asks for, in a form too. */
  static BearerTokenResolver tokens() {
    var header = new DefaultBearerTokenResolver();
    var headerOrForm = new DefaultBearerTokenResolver();
    headerOrForm.setAllowFormEncodedBodyParameter(true);
    return request ->
        (request.getRequestURI().equals("/userinfo") ? headerOrForm : header).resolve(request);
  }

  /** Our own {@code at+jwt}, which Spring's decoder refuses, and only while it is in force. */
  @Override
  public Jwt decode(String token) {
    var found =
        issued
            .inForce(token)
            .orElseThrow(() -> new BadJwtException("The access token is not valid"));
    return Jwt.withTokenValue(token)
        .header("typ", "at+jwt")
        .subject(found.subject())
        .issuedAt(found.issuedAt())
        .expiresAt(found.expiresAt())
        .claim("client_id", found.clientId())
        .claim("scope", String.join(" ", found.scopes()))
        .build();
  }

  @Override
  public Authentication authenticate(Authentication authentication) {
    var question = (OidcUserInfoAuthenticationToken) authentication;
    if (!(question.getPrincipal() instanceof JwtAuthenticationToken caller)) {
      throw new OAuth2AuthenticationException(
          BearerTokenErrors.invalidToken("The access token is not valid"));
    }
    var scopes = Set.of(String.valueOf(caller.getToken().getClaimAsString("scope")).split(" ", -1));
    if (!scopes.contains(OidcScopes.OPENID)) {
      throw new OAuth2AuthenticationException(
          BearerTokenErrors.insufficientScope("The scope openid is required", OidcScopes.OPENID));
    }
    var user =
        find(caller.getName())
            .orElseThrow(
                () ->
                    new OAuth2AuthenticationException(
                        BearerTokenErrors.invalidToken("The access token is not valid")));
    return new OidcUserInfoAuthenticationToken(caller, new OidcUserInfo(claims(user, scopes)));
  }

  @Override
  public boolean supports(Class<?> type) {
    return OidcUserInfoAuthenticationToken.class.isAssignableFrom(type);
  }

  private Optional<User> find(String id) {
    try {
      return users.find(id);
    } catch (UserServiceUnavailable unavailable) {
      throw new OAuth2AuthenticationException(TokenErrors.later(), unavailable);
    }
  }

  private static Map<String, Object> claims(User user, Set<String> scopes) {
    var claims = new LinkedHashMap<String, Object>();
    claims.put("sub", user.id());
    if (scopes.contains(OidcScopes.PROFILE)) {
      claims.put("name", user.name());
    }
    if (scopes.contains(OidcScopes.EMAIL)) {
      claims.put("email", user.email());
      claims.put("email_verified", user.isEmailVerified());
    }
    return claims;
  }
}
