package io.gatehouse.gateway.limits;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/** How many gateways share the limits, as the registry says; looked up every 5 s at most. */
final class GatewayCount implements IntSupplier {
  private static final long PAUSE = TimeUnit.SECONDS.toNanos(5);

  private final DiscoveryClient registry;
  private final AtomicLong next = new AtomicLong(System.nanoTime());
  private volatile int count = 1;

  GatewayCount(DiscoveryClient registry) {
    this.registry = registry;
  }

  @Override
  public int getAsInt() {
    var now = System.nanoTime();
    var due = next.get();
    if (now - due >= 0 && next.compareAndSet(due, now + PAUSE)) {
      count = Math.max(1, registry.getInstances("gateway").size());
    }
    return count;
  }
}
