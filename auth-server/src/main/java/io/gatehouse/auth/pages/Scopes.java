package io.gatehouse.auth.pages;

import java.util.Map;

/** Scopes in words that people understand. */
final class Scopes {
  private static final Map<String, String> WORDS =
      Map.of(
          "openid", "Know who you are",
          "profile", "See your name",
          "email", "See your email address",
          "users.read", "See your account",
          "users.write", "Change your account",
          "orders.read", "See your orders",
          "orders.write", "Place and change orders for you");

  private Scopes() {}

  static String inWords(String scope) {
    return WORDS.getOrDefault(scope, scope);
  }
}
