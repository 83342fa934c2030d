package io.gatehouse.gateway.upstreams;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Lets the breaker of the measured service count nothing. */
@Component
@Profile("breaker-off")
class BreakerOff {
  private final Upstreams upstreams;

  BreakerOff(Upstreams upstreams) {
    this.upstreams = upstreams;
  }

  @EventListener(ApplicationReadyEvent.class)
  void disable() {
    upstreams.named("order-service").breaker().circuit().transitionToDisabledState();
  }
}
