package io.gatehouse.auth.api;

import io.gatehouse.defaults.tokens.AccessToken;
import java.util.stream.Stream;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.SimpleGrantedAuthority;

/**
 * Who calls: SCOPE_users.read for what the client may do, ROLE_ADMIN for what the subject may do.
 */
final class Caller extends AbstractAuthenticationToken {
  private static final long serialVersionUID = 1L;

  private final transient AccessToken token;

  Caller(AccessToken token) {
    super(
        Stream.concat(
                token.scopes().stream().map(scope -> "SCOPE_" + scope),
                token.roles().stream().map(role -> "ROLE_" + role))
            .map(SimpleGrantedAuthority::new)
            .toList());
    this.token = token;
    setAuthenticated(true);
  }

  @Override
  public AccessToken getPrincipal() {
    return token;
  }

  @Override
  public String getName() {
    return token.subject();
  }

  /** Nobody after the check needs the token itself. */
  @Override
  public Object getCredentials() {
    return "";
  }
}
