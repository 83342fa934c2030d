package io.gatehouse.users.accounts;

import static io.gatehouse.store.Rows.required;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A user as stored, without credentials.
 *
 * @param email in its one form
 * @param version 1 for a new user, one more with each change
 */
public record User(
    UUID id,
    String email,
    String name,
    List<String> roles,
    long version,
    Instant createdAt,
    Instant updatedAt) {

  /** What a query must select for {@link #from}. */
  public static final String COLUMNS =
      "users.id, users.email, users.name, users.roles, users.version, users.created_at,"
          + " users.updated_at";

  /** The user of a row with these columns. */
  public static User from(Readable row) {
    return new User(
        required(row, "id", UUID.class),
        required(row, "email", String.class),
        required(row, "name", String.class),
        List.of(required(row, "roles", String[].class)),
        required(row, "version", Long.class),
        required(row, "created_at", Instant.class),
        required(row, "updated_at", Instant.class));
  }
}
