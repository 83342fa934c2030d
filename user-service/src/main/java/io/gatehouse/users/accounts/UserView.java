package io.gatehouse.users.accounts;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.gatehouse.defaults.platform.Times;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A user as clients see it; times are RFC 3339. */
public record UserView(
    UUID id,
    String email,
    String name,
    List<String> roles,
    boolean emailVerified,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String pendingEmail,
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
        user.emailVerified(),
        user.pendingEmail(),
        user.version(),
        Times.text(user.createdAt()),
        Times.text(user.updatedAt()));
  }
}
