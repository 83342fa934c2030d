package io.gatehouse.local.drill;

import io.gatehouse.local.journey.PublicApi;
import io.gatehouse.local.journey.SignIn;
import io.gatehouse.local.platform.Failure;
import java.net.URI;
import java.util.Map;
import java.util.UUID;

/** Somebody who signed up for a drill: all that this account has was written by that drill. */
record Customer(String id, String email, String token) {
  private static final String PASSWORD = "breaks-things-on-purpose";

  static Customer signedUp(URI url) {
    var email = "drill-" + UUID.randomUUID() + "@example.com";
    var account = Map.of("email", email, "name", "Drill", "password", PASSWORD);
    var answer = new PublicApi(url).post("/api/users", null, account);
    if (answer.status() != 201) {
      throw new Failure("Nobody can sign up at %s: %s".formatted(url, answer.summary()));
    }
    return new Customer(
        answer.json().path("id").asString(), email, new SignIn(url).asUser(email, PASSWORD));
  }

  /** With a fresh token. */
  Customer signedInAgain(URI url) {
    return new Customer(id, email, new SignIn(url).asUser(email, PASSWORD));
  }
}
