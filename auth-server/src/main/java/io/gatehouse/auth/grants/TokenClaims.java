package io.gatehouse.auth.grants;

import io.gatehouse.auth.users.SignInIds;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.auth.users.User;
import io.gatehouse.auth.users.UserService;
import io.gatehouse.auth.users.UserServiceUnavailable;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.stereotype.Component;

/**
 * What our tokens say. The user's roles are read from user-service whenever an access token is
 * signed, so that a change counts from the next refresh on; a deleted user gets none.
 */
@Component
class TokenClaims implements OAuth2TokenCustomizer<JwtEncodingContext> {
  private final UserService users;
  private final Clock clock;

  TokenClaims(UserService users, Clock clock) {
    this.users = users;
    this.clock = clock;
  }

  @Override
  public void customize(JwtEncodingContext context) {
    if (OAuth2TokenType.ACCESS_TOKEN.equals(context.getTokenType())) {
      accessToken(context);
    } else {
      idToken(context);
    }
  }

  private void accessToken(JwtEncodingContext context) {
    context.getJwsHeader().type("at+jwt");
    var claims = context.getClaims();
    // Before the roles are read: a token that races with their change counts as older.
    claims
        .id(SignInIds.at(clock.instant()).toString())
        .audience(List.of("gatehouse"))
        .claim("client_id", context.getRegisteredClient().getClientId())
        .claim("scope", String.join(" ", context.getAuthorizedScopes()));
    if (AuthorizationGrantType.CLIENT_CREDENTIALS.equals(context.getAuthorizationGrantType())) {
      claims.claim("roles", List.of("SERVICE"));
    } else {
      claims.claim("roles", currentUser(context).roles()).claim("sid", sid(context).toString());
    }
  }

  private static void idToken(JwtEncodingContext context) {
    var user = signedIn(context);
    var claims =
        context
            .getClaims()
            .claim("sid", sid(context).toString())
            .claim("auth_time", Date.from(SignInIds.timeOf(user.signIn())));
    switch (String.valueOf(user.method())) {
      case SignedInUser.BY_PASSWORD -> claims.claim("amr", List.of("pwd"));
      case SignedInUser.BY_PASSKEY ->
          // The device has a key of its own and verified the person: two factors, no phishing.
          claims.claim("amr", List.of("pop", "user", "mfa")).claim("acr", Metadata.NO_PHISHING);
      default -> {
        // From before it was told.
      }
    }
  }

  private User currentUser(JwtEncodingContext context) {
    try {
      return users
          .find(signedIn(context).id())
          .orElseThrow(() -> new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT));
    } catch (UserServiceUnavailable unavailable) {
      throw new OAuth2AuthenticationException(TokenErrors.later(), unavailable);
    }
  }

  private static SignedInUser signedIn(JwtEncodingContext context) {
    Authentication principal = Objects.requireNonNull(context.getPrincipal());
    return (SignedInUser) Objects.requireNonNull(principal.getPrincipal());
  }

  private static UUID sid(JwtEncodingContext context) {
    var family = Objects.requireNonNull(context.getAuthorization());
    return Objects.requireNonNull(TokenFamily.sid(family));
  }
}
