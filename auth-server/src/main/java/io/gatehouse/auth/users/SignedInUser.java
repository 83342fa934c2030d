package io.gatehouse.auth.users;

import java.io.Serializable;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticatedPrincipal;

/**
 * Who is signed in, as kept in the web session.
 *
 * @param id the user's id
 * @param displayName for the pages; empty where nobody looks
 * @param signIn this sign-in, a UUIDv7 whose time is from just before the password was checked
 * @param method how: {@link #BY_PASSWORD} or {@link #BY_PASSKEY}; null of a session from before it
 *     was told
 */
public record SignedInUser(String id, String displayName, UUID signIn, @Nullable String method)
    implements AuthenticatedPrincipal, Serializable {
  public static final String BY_PASSWORD = "password";
  public static final String BY_PASSKEY = "passkey";

  private static final long serialVersionUID = 1L;

  @Override
  public String getName() {
    return id;
  }

  /** The same person, called by another name. */
  public SignedInUser named(String name) {
    return new SignedInUser(id, name, signIn, method);
  }
}
