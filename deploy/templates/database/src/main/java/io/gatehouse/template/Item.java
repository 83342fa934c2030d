package io.gatehouse.template;

import static io.gatehouse.store.Rows.required;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.UUID;

/**
 * One item as it is now.
 *
 * @param id a UUIDv7, so that ids are in the order of creation
 * @param name unique, 1 to 100 characters
 * @param version 1 at first, one more with each change; the entity tag
 */
record Item(
    UUID id, String name, int quantity, long version, Instant createdAt, Instant updatedAt) {
  static final String COLUMNS = "id, name, quantity, version, created_at, updated_at";

  static Item from(Readable row) {
    return new Item(
        required(row, "id", UUID.class),
        required(row, "name", String.class),
        required(row, "quantity", Integer.class),
        required(row, "version", Long.class),
        required(row, "created_at", Instant.class),
        required(row, "updated_at", Instant.class));
  }

  /** The strong entity tag of this version. */
  String tag() {
    return "\"" + version + "\"";
  }
}
