package io.gatehouse.users;

import java.util.List;

/**
 * A statement of the service and what it may be asked with.
 *
 * @param parameters as SQL, in the order of their numbers
 */
public record Statement(String name, String sql, List<String> parameters) {
  public static final String NO_ID = "'0199aabb-ccdd-7eee-8fff-001122334455'::uuid";

  public static Statement with(String name, String sql, String... parameters) {
    return new Statement(name, sql, List.of(parameters));
  }

  @Override
  public String toString() {
    return name;
  }
}
