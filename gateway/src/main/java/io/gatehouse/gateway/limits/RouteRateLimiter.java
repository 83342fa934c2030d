package io.gatehouse.gateway.limits;

import io.gatehouse.gateway.limits.LimitProperties.Limit;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.cloud.gateway.event.FilterArgsEvent;
import org.springframework.cloud.gateway.filter.ratelimit.AbstractRateLimiter;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Serves the route filter {@code RequestRateLimiter} by the gateway's own leases, in place of the
 * framework's Redis script, and under the same arguments: {@code redis-rate-limiter.replenishRate}
 * and {@code .burstCapacity}.
 */
@Component
class RouteRateLimiter extends AbstractRateLimiter<RouteRateLimiter.Config> {
  private static final String ARGUMENTS = "redis-rate-limiter";

  private final Limits limits;
  private final ConcurrentMap<String, Policy> policies = new ConcurrentHashMap<>();

  RouteRateLimiter(Limits limits, ConfigurationService configurations) {
    super(Config.class, ARGUMENTS, configurations);
    this.limits = limits;
  }

  /** As the framework names them; bound by its binder, which needs setters. */
  static final class Config {
    @Min(1)
    @Max(1_000_000)
    private int replenishRate;

    @Min(1)
    @Max(1_000_000)
    private int burstCapacity = 1;

    private int requestedTokens = 1;

    public void setReplenishRate(int replenishRate) {
      this.replenishRate = replenishRate;
    }

    public void setBurstCapacity(int burstCapacity) {
      this.burstCapacity = burstCapacity;
    }

    public void setRequestedTokens(int requestedTokens) {
      this.requestedTokens = requestedTokens;
    }

    public int getReplenishRate() {
      return replenishRate;
    }

    public int getBurstCapacity() {
      return burstCapacity;
    }

    public int getRequestedTokens() {
      return requestedTokens;
    }
  }

  @Override
  public void onApplicationEvent(FilterArgsEvent event) {
    super.onApplicationEvent(event);
    var config = getConfig().get(event.getRouteId());
    if (config == null) {
      return;
    }
    if (config.requestedTokens != 1) {
      throw new IllegalStateException(
          "route %s: %s.requestedTokens is always 1 here; set replenishRate and burstCapacity in requests"
              .formatted(event.getRouteId(), ARGUMENTS));
    }
    policies.put(event.getRouteId(), policy(event.getRouteId(), config));
  }

  private static Policy policy(String route, Config config) {
    return Policy.of(
        "route-" + route, new Limit(Math.max(1, config.replenishRate), config.burstCapacity));
  }

  @Override
  public Mono<Response> isAllowed(String routeId, String id) {
    var policy = policies.get(routeId);
    if (policy == null) {
      return Mono.error(
          new IllegalStateException(
              "route %s: RequestRateLimiter needs %s.replenishRate".formatted(routeId, ARGUMENTS)));
    }
    return limits.ofRoute(policy, id).map(RouteRateLimiter::response);
  }

  private static Response response(Decision decision) {
    Map<String, String> headers = new HashMap<>();
    headers.put("RateLimit-Policy", decision.policy());
    headers.put("RateLimit", decision.limit());
    if (!decision.isAllowed()) {
      headers.put("Retry-After", Long.toString(decision.retryAfter()));
    }
    return new Response(decision.isAllowed(), headers);
  }
}
