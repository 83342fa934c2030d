package io.gatehouse.discovery;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.cloud.netflix.eureka.server.event.EurekaServerStartedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Ready once the registry is open: with a peer, that is after its instances were copied. */
@Component("registry")
class RegistryReadiness implements HealthIndicator {
  private volatile boolean open;

  @EventListener(EurekaServerStartedEvent.class)
  void opened() {
    open = true;
  }

  boolean isOpen() {
    return open;
  }

  @Override
  public Health health() {
    return open ? Health.up().build() : Health.outOfService().build();
  }
}
