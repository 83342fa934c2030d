package io.gatehouse.auth.users;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A user as user-service tells it.
 *
 * @param emailVerified null from a user-service that does not tell it
 * @param newBrowser after a sign-in, true when the browser was not known
 */
public record User(
    String id,
    String email,
    String name,
    List<String> roles,
    @Nullable Boolean emailVerified,
    @Nullable Boolean newBrowser) {
  public User {
    roles = List.copyOf(roles);
  }

  public boolean isEmailVerified() {
    return Boolean.TRUE.equals(emailVerified);
  }

  public boolean isNewBrowser() {
    return Boolean.TRUE.equals(newBrowser);
  }
}
