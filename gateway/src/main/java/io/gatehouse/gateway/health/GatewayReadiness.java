package io.gatehouse.gateway.health;

import io.gatehouse.defaults.tokens.SigningKeys;
import io.gatehouse.gateway.routes.RouteTable;
import io.gatehouse.gateway.tokens.RevocationsLoaded;
import io.gatehouse.gateway.upstreams.Upstreams;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.stereotype.Component;

/**
 * Ready once keys, revocations and the registry were loaded and every route's first instance was
 * seen, the last for at most 30 s. After that no other service's state makes it unready: a gateway
 * that can say "not available right now" is better than none.
 */
@Component("gatewayReadiness")
class GatewayReadiness implements HealthIndicator {
  private static final long LONGEST_WAIT = Duration.ofSeconds(30).toNanos();

  private final SigningKeys keys;
  private final RevocationsLoaded revocations;
  private final DiscoveryClient registry;
  private final RouteTable routes;
  private final Upstreams upstreams;
  private final long startedAt = System.nanoTime();
  private volatile boolean ready;

  GatewayReadiness(
      SigningKeys keys,
      RevocationsLoaded revocations,
      DiscoveryClient registry,
      RouteTable routes,
      Upstreams upstreams) {
    this.keys = keys;
    this.revocations = revocations;
    this.registry = registry;
    this.routes = routes;
    this.upstreams = upstreams;
  }

  @Override
  public Health health() {
    ready = ready || isReady();
    return ready ? Health.up().build() : Health.outOfService().build();
  }

  private boolean isReady() {
    return keys.loaded()
        && revocations.loaded()
        && !registry.getServices().isEmpty()
        && (routes.services().stream().allMatch(upstreams::hasInstance)
            || System.nanoTime() - startedAt > LONGEST_WAIT);
  }
}
