package io.gatehouse.users.accounts;

import static io.gatehouse.store.Rows.required;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A user as stored, without credentials.
 *
 * @param email in its one form
 * @param emailVerified whether somebody followed a link that was sent to {@code email}
 * @param pendingEmail the address that is to take its place once that is so of it
 * @param version 1 for a new user, one more with each change
 */
public record User(
    UUID id,
    String email,
    String name,
    List<String> roles,
    boolean emailVerified,
    @Nullable String pendingEmail,
    long version,
    Instant createdAt,
    Instant updatedAt) {

  /** What a query must select for {@link #from}. */
  public static final String COLUMNS =
      "users.id, users.email, users.name, users.roles, users.email_verified,"
          + " users.pending_email, users.version, users.created_at, users.updated_at";

  /** The user of a row with these columns. */
  public static User from(Readable row) {
    return new User(
        required(row, "id", UUID.class),
        required(row, "email", String.class),
        required(row, "name", String.class),
        List.of(required(row, "roles", String[].class)),
        required(row, "email_verified", Boolean.class),
        row.get("pending_email", String.class),
        required(row, "version", Long.class),
        required(row, "created_at", Instant.class),
        required(row, "updated_at", Instant.class));
  }
}
