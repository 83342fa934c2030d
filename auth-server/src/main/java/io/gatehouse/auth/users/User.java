package io.gatehouse.auth.users;

import java.util.List;

/** A user as user-service tells it. */
public record User(String id, String email, String name, List<String> roles) {
  public User {
    roles = List.copyOf(roles);
  }
}
