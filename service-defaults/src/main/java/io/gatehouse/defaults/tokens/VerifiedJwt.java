package io.gatehouse.defaults.tokens;

import java.util.List;
import java.util.stream.Stream;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.jwt.Jwt;

/** A verified token with what every request of its bearer asks for, so that it is read once. */
final class VerifiedJwt extends Jwt {
  private static final long serialVersionUID = 1L;

  private final transient AccessToken accessToken;
  private final transient List<GrantedAuthority> authorities;

  VerifiedJwt(Jwt verified) {
    super(
        verified.getTokenValue(),
        verified.getIssuedAt(),
        verified.getExpiresAt(),
        verified.getHeaders(),
        verified.getClaims());
    this.accessToken = AccessToken.of(verified);
    this.authorities = authorities(accessToken);
  }

  AccessToken accessToken() {
    return accessToken;
  }

  /** SCOPE_users.read for what the client may do, ROLE_ADMIN for what the subject may do. */
  static List<GrantedAuthority> authorities(Jwt token) {
    return token instanceof VerifiedJwt known
        ? known.authorities
        : authorities(AccessToken.of(token));
  }

  private static List<GrantedAuthority> authorities(AccessToken token) {
    return Stream.<GrantedAuthority>concat(
            token.scopes().stream().map(scope -> new SimpleGrantedAuthority("SCOPE_" + scope)),
            token.roles().stream().map(role -> new SimpleGrantedAuthority("ROLE_" + role)))
        .toList();
  }
}
