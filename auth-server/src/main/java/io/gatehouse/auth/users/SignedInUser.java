package io.gatehouse.auth.users;

import java.io.Serializable;
import java.util.UUID;
import org.springframework.security.core.AuthenticatedPrincipal;

/**
 * Who is signed in, as kept in the web session.
 *
 * @param id the user's id
 * @param displayName for the pages; empty where nobody looks
 * @param signIn this sign-in, a UUIDv7 whose time is from just before the password was checked
 */
public record SignedInUser(String id, String displayName, UUID signIn)
    implements AuthenticatedPrincipal, Serializable {
  private static final long serialVersionUID = 1L;

  @Override
  public String getName() {
    return id;
  }
}
