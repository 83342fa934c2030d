package io.gatehouse.users.accounts;

import io.gatehouse.store.Times;
import java.util.List;
import java.util.UUID;

/** A user as clients see it; times are RFC 3339. */
public record UserView(
    UUID id,
    String email,
    String name,
    List<String> roles,
    long version,
    String createdAt,
    String updatedAt) {

  /** Shows all of the user. */
  public static UserView from(User user) {
    return new UserView(
        user.id(),
        user.email(),
        user.name(),
        user.roles(),
        user.version(),
        Times.text(user.createdAt()),
        Times.text(user.updatedAt()));
  }
}
