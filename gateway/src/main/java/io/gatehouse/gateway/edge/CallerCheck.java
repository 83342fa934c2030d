package io.gatehouse.gateway.edge;

import io.gatehouse.defaults.platform.SecurityEvents;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.gateway.limits.Decision;
import io.gatehouse.gateway.limits.FailedAttempts;
import io.gatehouse.gateway.limits.Limits;
import io.gatehouse.gateway.request.EdgeExchange;
import io.gatehouse.gateway.routes.Admission;
import io.gatehouse.gateway.tokens.TokenCheck;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpMethod;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Who calls, and whether that caller still has quota. */
@Component
class CallerCheck {
  private final TokenCheck tokens;
  private final Limits limits;
  private final FailedAttempts failures;

  CallerCheck(TokenCheck tokens, Limits limits, FailedAttempts failures) {
    this.tokens = tokens;
    this.limits = limits;
    this.failures = failures;
  }

  /** Goes on with {@code next} for a caller who may; else ends in the refusal. */
  Mono<Void> admit(
      EdgeExchange edge, Admission admission, EventLoop loop, Supplier<Mono<Void>> next) {
    if (admission.limit() == Admission.Limit.NONE) {
      return next.get();
    }
    if (isGuessable(edge, admission)) {
      return guessable(edge, loop, next);
    }
    return decide(edge, admission, loop)
        .flatMap(
            decision -> {
              limited(edge, decision);
              return next.get();
            });
  }

  private Mono<Decision> decide(EdgeExchange edge, Admission admission, EventLoop loop) {
    var ip = edge.origin().ip();
    AccessToken token = null;
    if (admission.access() != Admission.Access.OPEN) {
      try {
        token = tokens.check(edge.request().requestHeaders());
      } catch (ApiException refused) {
        return limits.anonymous(ip, loop).flatMap(decision -> refuse(edge, decision, refused));
      }
    }
    if (token != null) {
      edge.identified(token);
    } else if (admission.access() == Admission.Access.TOKEN) {
      return limits
          .anonymous(ip, loop)
          .flatMap(decision -> refuse(edge, decision, ApiException.of(ErrorCode.UNAUTHENTICATED)));
    }
    return switch (admission.limit()) {
      case USER -> token == null ? limits.anonymous(ip, loop) : limits.identified(token, loop);
      case ANONYMOUS, NONE -> limits.anonymous(ip, loop);
      // Anybody's token would buy a password hash for the price of a read.
      case LOGIN ->
          token != null && token.isPrivileged()
              ? limits.identified(token, loop)
              : limits.login(ip, loop);
      case ASSETS -> limits.assets(ip, loop);
    };
  }

  /** Where a service looks at a secret itself, and may be asked often. */
  private static boolean isGuessable(EdgeExchange edge, Admission admission) {
    return admission.access() == Admission.Access.OPEN
        && admission.limit() == Admission.Limit.ANONYMOUS
        && HttpMethod.POST.equals(edge.request().method());
  }

  private Mono<Void> guessable(EdgeExchange edge, EventLoop loop, Supplier<Mono<Void>> next) {
    var ip = edge.origin().ip();
    return Mono.justOrEmpty(failures.refusal(ip))
        .switchIfEmpty(limits.anonymous(ip, loop))
        .flatMap(
            decision -> {
              limited(edge, decision);
              return next.get();
            })
        .doFinally(
            _ -> {
              if (edge.status() == ErrorCode.UNAUTHENTICATED.status()) {
                failures.count(ip, loop);
              }
            });
  }

  /** A refused token spends its address's quota. */
  private static Mono<Decision> refuse(EdgeExchange edge, Decision decision, ApiException refused) {
    limited(edge, decision);
    report("token-refused", edge);
    return Mono.error(refused);
  }

  /** Tells what is left, on refusals too; an exhausted quota is the refusal itself. */
  private static void limited(EdgeExchange edge, Decision decision) {
    edge.response()
        .responseHeaders()
        .set("ratelimit-policy", decision.policy())
        .set("ratelimit", decision.limit());
    if (!decision.isAllowed()) {
      report("rate-limited", edge);
      throw ApiException.of(ErrorCode.RATE_LIMITED)
          .withHeader("Retry-After", Long.toString(decision.retryAfter()));
    }
  }

  static void report(String event, EdgeExchange edge) {
    var token = edge.token();
    SecurityEvents.record(
        event,
        SecurityEvents.Outcome.REFUSED,
        new SecurityEvents.Actor(
            token == null ? null : token.subject(),
            token == null ? null : token.clientId(),
            edge.origin().ip(),
            edge.requestId()));
  }
}
