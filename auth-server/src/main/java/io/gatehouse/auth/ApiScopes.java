// Made from services.yml by ./gatehouse make: edit there.
package io.gatehouse.auth;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The scopes of the platform's APIs, and what a person is asked to allow with each. */
public final class ApiScopes {
  private static final String[][] SCOPES = {
    {"users.read", "See your account", "Ihr Konto sehen"},
    {"users.write", "Change your account", "Ihr Konto ändern"},
    {"orders.read", "See your orders", "Ihre Bestellungen sehen"},
    {"orders.write", "Place and change orders for you", "Bestellungen für Sie aufgeben und ändern"},
  };

  private ApiScopes() {}

  /** By the scope's name. */
  public static Map<String, String> consent() {
    return consent("en");
  }

  /**
   * The same in another language, of those scopes that somebody put into words in it.
   *
   * @param language its tag
   */
  public static Map<String, String> consent(String language) {
    var column = List.of("", "en", "de").indexOf(language);
    var words = new LinkedHashMap<String, String>();
    for (var scope : SCOPES) {
      if (column > 0 && !scope[column].isEmpty()) {
        words.put(scope[0], scope[column]);
      }
    }
    return Collections.unmodifiableMap(words);
  }

  /** Their names. */
  public static List<String> names() {
    return List.copyOf(consent().keySet());
  }
}
