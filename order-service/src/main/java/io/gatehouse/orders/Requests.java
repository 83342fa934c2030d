package io.gatehouse.orders;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.Preconditions;
import io.gatehouse.defaults.web.RequestId;
import io.gatehouse.orders.commands.OrderCommands;
import io.gatehouse.orders.domain.Caller;
import io.gatehouse.orders.store.Actor;
import io.gatehouse.orders.store.DataKeys;
import io.gatehouse.orders.store.RequestKey;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.ServerRequest;

/** What headers and token say about a request. */
final class Requests {
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[\\x21-\\x7e]{1,255}");

  private Requests() {}

  static Caller caller(AccessToken token) {
    return new Caller(token.subject(), token.isPrivileged());
  }

  static OrderCommands.Request of(
      ServerRequest request, AccessToken token, String causation, byte[] body, DataKeys dataKeys) {
    return new OrderCommands.Request(
        caller(token),
        actor(request, token, causation),
        idempotencyKey(request, token, body, dataKeys),
        Preconditions.of(request),
        null);
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
      ServerRequest request, AccessToken token, byte[] body, DataKeys dataKeys) {
    var values = request.headers().header("Idempotency-Key");
    if (values.isEmpty() || !HttpMethod.POST.equals(request.method())) {
      return null;
    }
    if (values.size() > 1 || !VISIBLE_ASCII.matcher(values.getFirst()).matches()) {
      throw ApiException.invalid("Idempotency-Key", "must be 1 to 255 visible ASCII characters");
    }
    return new RequestKey(
        token.subject(), values.getFirst(), dataKeys.fingerprints("POST", request.path(), body));
  }
}
