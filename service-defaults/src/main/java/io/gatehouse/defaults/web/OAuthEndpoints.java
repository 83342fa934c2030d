package io.gatehouse.defaults.web;

import java.util.Set;

/** Which endpoints clients call directly, so that errors are those of RFC 6749 section 5.2. */
public final class OAuthEndpoints {
  private static final Set<String> FOR_CLIENTS =
      Set.of(
          "/oauth2/token",
          "/oauth2/revoke",
          "/oauth2/introspect",
          "/oauth2/device_authorization",
          "/oauth2/par");

  private OAuthEndpoints() {}

  /**
   * True for such an endpoint.
   *
   * @param path in its normal form
   */
  public static boolean areForClients(String path) {
    return FOR_CLIENTS.contains(path);
  }
}
