// Made from services.yml by ./gatehouse make: edit there.
package io.gatehouse.auth;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The scopes of the platform's APIs, and what a person is asked to allow with each. */
public final class ApiScopes {
  private static final String[][] SCOPES = {
    {"users.read", "See your account"},
    {"users.write", "Change your account"},
    {"orders.read", "See your orders"},
    {"orders.write", "Place and change orders for you"},
  };

  private ApiScopes() {}

  /** By the scope's name. */
  public static Map<String, String> consent() {
    var words = new LinkedHashMap<String, String>();
    for (var scope : SCOPES) {
      words.put(scope[0], scope[1]);
    }
    return Collections.unmodifiableMap(words);
  }

  /** Their names. */
  public static List<String> names() {
    return List.copyOf(consent().keySet());
  }
}
