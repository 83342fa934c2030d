package io.gatehouse.local;

import io.gatehouse.local.journey.PublicApi;
import io.gatehouse.local.journey.SignIn;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** Somebody with an account, an order, and {@link HostileInputs}. */
final class HostileCaller {
  /** Longer than any deadline of the platform. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** In base64url the last of 342 characters carries two bits; the others are not looked at. */
  private static final String LAST_CHARACTERS = "AQgw";

  private final URI url;
  private final String from;
  private final Map<String, String> values;

  /**
   * Signs up and places an order.
   *
   * @param address what a trusted proxy would say of the caller; empty to be anybody on this
   *     machine
   */
  HostileCaller(URI url, String address) {
    this.url = url;
    this.from = address.isEmpty() ? "" : "X-Forwarded-For: " + address + "\r\n";
    var api = new PublicApi(url);
    var email = UUID.randomUUID() + "@example.com";
    var account = Map.of("email", email, "name", "Mallory", "password", Person.PASSWORD);
    var user = Made.id(api.post("/api/users", null, account));
    var token = new SignIn(url).asUser(email, Person.PASSWORD);
    var order = Made.id(api.post("/api/orders", token, NewOrder.BODY));
    this.values =
        Map.of(
            "host", url.getAuthority(),
            "email", email,
            "user", user,
            "order", order,
            "token", token,
            "unsigned", token.substring(0, token.lastIndexOf('.') + 1),
            "rewritten", rewritten(token));
  }

  /** The same signature in other characters. */
  private static String rewritten(String token) {
    var last = token.charAt(token.length() - 1);
    if (LAST_CHARACTERS.indexOf(last) < 0) {
      throw new IllegalStateException("not what a signature of 256 bytes ends with: " + last);
    }
    return token.substring(0, token.length() - 1) + (char) (last + 1);
  }

  RawHttp.Answer send(HostileInput input) {
    return RawHttp.send(url, input.request(values, from), PATIENCE);
  }

  /** Sends all but the last byte and leaves the connection open. */
  Socket hold(HostileInput input) throws IOException {
    var request = input.request(values, from);
    return RawHttp.hold(url, request.substring(0, request.length() - 1));
  }
}
