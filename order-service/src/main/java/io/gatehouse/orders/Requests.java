package io.gatehouse.orders;

import io.gatehouse.defaults.AccessToken;
import io.gatehouse.defaults.ApiException;
import io.gatehouse.defaults.RequestId;
import io.gatehouse.orders.commands.OrderCommands;
import io.gatehouse.orders.commands.VersionMatch;
import io.gatehouse.orders.domain.Caller;
import io.gatehouse.orders.store.Actor;
import io.gatehouse.orders.store.CustomerKeys;
import io.gatehouse.orders.store.OrderState;
import io.gatehouse.orders.store.RequestKey;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.ServerRequest;

/** What headers and token say about a request. */
final class Requests {
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[\\x21-\\x7e]{1,255}");
  private static final Pattern TAG = Pattern.compile("\\s*(W/)?\"([\\x21\\x23-\\x7e]*)\"\\s*(,|$)");
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,5}");

  private Requests() {}

  static Caller caller(AccessToken token) {
    return new Caller(token.subject(), token.isPrivileged());
  }

  static OrderCommands.Request of(
      ServerRequest request,
      AccessToken token,
      String causation,
      byte[] body,
      CustomerKeys fingerprints) {
    return new OrderCommands.Request(
        caller(token),
        actor(request, token, causation),
        idempotencyKey(request, token, body, fingerprints),
        ifMatch(request),
        null);
  }

  static String eTag(OrderState state) {
    return "\"" + state.version() + "\"";
  }

  private static Actor actor(ServerRequest request, AccessToken token, String causation) {
    var role = token.hasRole("SERVICE") ? "SERVICE" : token.hasRole("ADMIN") ? "ADMIN" : "USER";
    var requestId = RequestId.of(request.exchange());
    return new Actor(
        token.subject(),
        token.clientId(),
        role,
        requestId == null ? RequestId.create() : requestId,
        causation);
  }

  /** Kept per subject, so that nobody meets another's keys. */
  private static @Nullable RequestKey idempotencyKey(
      ServerRequest request, AccessToken token, byte[] body, CustomerKeys fingerprints) {
    var values = request.headers().header("Idempotency-Key");
    if (values.isEmpty() || !HttpMethod.POST.equals(request.method())) {
      return null;
    }
    if (values.size() > 1 || !VISIBLE_ASCII.matcher(values.getFirst()).matches()) {
      throw ApiException.invalid("Idempotency-Key", "must be 1 to 255 visible ASCII characters");
    }
    return new RequestKey(
        token.subject(), values.getFirst(), fingerprints.fingerprint("POST", request.path(), body));
  }

  private static @Nullable VersionMatch ifMatch(ServerRequest request) {
    var values = request.headers().header("If-Match");
    if (values.isEmpty()) {
      return null;
    }
    var text = String.join(",", values).trim();
    if (text.equals("*")) {
      return new VersionMatch(true, List.of());
    }
    var versions = new ArrayList<Integer>();
    var tags = TAG.matcher(text);
    var end = 0;
    while (end < text.length() && tags.find(end) && tags.start() == end) {
      if (tags.group(1) == null && VERSION.matcher(tags.group(2)).matches()) {
        versions.add(Integer.valueOf(tags.group(2)));
      }
      end = tags.end();
    }
    if (end < text.length() || text.isEmpty() || text.endsWith(",")) {
      throw ApiException.invalid("If-Match", "must be an entity tag such as \"3\"");
    }
    return new VersionMatch(false, versions);
  }

  /** True when If-None-Match names this tag; weak comparison, RFC 9110 section 13.1.2. */
  static boolean knows(ServerRequest request, String tag) {
    for (var value : request.headers().header("If-None-Match")) {
      for (var known : value.split(",", -1)) {
        var strong = known.trim();
        strong = strong.startsWith("W/") ? strong.substring(2) : strong;
        if (strong.equals("*") || strong.equals(tag)) {
          return true;
        }
      }
    }
    return false;
  }
}
