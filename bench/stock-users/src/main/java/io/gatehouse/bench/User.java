package io.gatehouse.bench;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.Version;
import org.springframework.data.relational.core.mapping.Table;

/** A row of user-service's table, and what clients get. */
@Table("users")
public record User(
    @Id UUID id,
    String email,
    String name,
    List<String> roles,
    @Version Long version,
    Instant createdAt,
    Instant updatedAt) {

  User changed(String email, String name) {
    return new User(id, email, name, roles, version, createdAt, Instant.now());
  }
}
