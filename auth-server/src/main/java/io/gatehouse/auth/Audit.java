package io.gatehouse.auth;

import io.gatehouse.defaults.platform.AddressKey;
import io.gatehouse.defaults.platform.SecurityEvents;
import io.gatehouse.defaults.platform.SecurityEvents.Actor;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import io.gatehouse.defaults.web.RequestId;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Writes security events with the address and id of the request at hand, if there is one. */
public final class Audit {
  private Audit() {}

  public static void record(
      String event, Outcome outcome, @Nullable String subject, @Nullable String client) {
    SecurityEvents.record(event, outcome, new Actor(subject, client, ip(), MDC.get(RequestId.KEY)));
  }

  /** Whose quota the caller spends; null when there is no request. */
  public static @Nullable String addressKey() {
    var ip = ip();
    return ip == null ? null : AddressKey.of(ip);
  }

  /** The caller's address as the gateway saw it. */
  public static @Nullable String ip() {
    return RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request
        ? request.getRequest().getRemoteAddr()
        : null;
  }
}
