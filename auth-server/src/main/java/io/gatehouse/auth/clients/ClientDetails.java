package io.gatehouse.auth.clients;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What ADMIN says of a client.
 *
 * @param isPublic whether it has no secret
 * @param jwks public keys that it may authenticate with, as a JWK set (RFC 7517); null for none
 */
public record ClientDetails(
    String name,
    boolean isPublic,
    List<String> grants,
    List<String> redirectUris,
    List<String> postLogoutRedirectUris,
    List<String> scopes,
    @Nullable String jwks) {
  public ClientDetails {
    grants = List.copyOf(grants);
    redirectUris = List.copyOf(redirectUris);
    postLogoutRedirectUris = List.copyOf(postLogoutRedirectUris);
    scopes = List.copyOf(scopes);
  }

  /** Whether it may do less than before, so that tokens say too much. */
  boolean takesAwayFrom(ClientDetails before) {
    return !scopes.containsAll(before.scopes) || !grants.containsAll(before.grants);
  }
}
