package io.gatehouse.auth.clients;

import java.time.Instant;

/**
 * A client as the database has it.
 *
 * @param managed whether ADMIN may change it; false for those of configuration, whichever
 *     instance's it is
 */
public record StoredClient(
    String id,
    ClientDetails details,
    boolean managed,
    int version,
    Instant createdAt,
    Instant updatedAt) {}
