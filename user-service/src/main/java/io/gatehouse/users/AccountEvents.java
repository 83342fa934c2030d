package io.gatehouse.users;

import io.gatehouse.defaults.platform.SecurityEvents.Actor;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.RequestId;
import io.gatehouse.users.accounts.UnitOfWork.Origin;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * Where security events and changes of accounts come from. An event's subject is the account; who
 * did it, if it was somebody else, is in the access log under the same request id.
 */
final class AccountEvents {
  private AccountEvents() {}

  /** Whose account it is, by which client, from where. */
  static Actor actor(UUID account, ServerRequest request) {
    return new Actor(
        account.toString(),
        AccessToken.of(request.exchange()).clientId(),
        ip(request),
        RequestId.of(request.exchange()));
  }

  /** Where a change of accounts comes from. */
  static Origin origin(ServerRequest request) {
    var caller = AccessToken.find(request.exchange());
    return new Origin(
        RequestId.of(request.exchange()),
        Languages.of(request),
        caller == null ? null : caller.clientId(),
        ip(request));
  }

  /** The caller's address as the gateway saw it. */
  static @Nullable String ip(ServerRequest request) {
    var forwarded = request.headers().firstHeader("X-Forwarded-For");
    return forwarded == null ? null : forwarded.split(",", 2)[0].strip();
  }
}
