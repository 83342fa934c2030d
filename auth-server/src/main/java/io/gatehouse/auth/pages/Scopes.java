package io.gatehouse.auth.pages;

import io.gatehouse.auth.ApiScopes;
import java.util.Map;

/** Scopes in words that people understand. */
final class Scopes {
  private static final Map<String, String> OF_OPENID =
      Map.of(
          "openid", "Know who you are",
          "profile", "See your name",
          "email", "See your email address");
  private static final Map<String, String> OF_APIS = ApiScopes.consent();

  private Scopes() {}

  static String inWords(String scope) {
    return OF_OPENID.getOrDefault(scope, OF_APIS.getOrDefault(scope, scope));
  }
}
