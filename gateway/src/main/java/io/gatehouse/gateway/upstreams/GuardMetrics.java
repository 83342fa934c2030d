package io.gatehouse.gateway.upstreams;

import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.stereotype.Component;

/** What the guards do, per service; read only when somebody scrapes. */
@Component
class GuardMetrics {
  private final MeterRegistry meters;

  GuardMetrics(MeterRegistry meters) {
    this.meters = meters;
  }

  void watch(UpstreamService service) {
    for (var state : new State[] {State.CLOSED, State.OPEN, State.HALF_OPEN}) {
      Gauge.builder(
              "resilience4j.circuitbreaker.state",
              service,
              watched -> watched.breaker().state() == state ? 1 : 0)
          .description("1 for the state that the service's breaker is in")
          .tag("name", service.name())
          .tag("state", state.name().toLowerCase(Locale.ROOT))
          .register(meters);
    }
    gauge("gateway.upstream.instances", service, UpstreamService::size);
    gauge("gateway.upstream.silent", service, UpstreamService::silent);
    gauge("gateway.upstream.unregistered", service, UpstreamService::unregistered);
    gauge("gateway.upstream.in.flight", service, UpstreamService::inFlight);
    gauge("gateway.upstream.limit", service, UpstreamService::limit);
    counter("gateway.upstream.shed", service, service.shed);
    counter("gateway.upstream.retries", service, service.retried);
    counter("gateway.upstream.ejections", service, service.ejections);
    counter("gateway.upstream.refused.by.breaker", service, service.refusedByBreaker);
  }

  private void gauge(
      String name,
      UpstreamService service,
      java.util.function.ToDoubleFunction<UpstreamService> value) {
    Gauge.builder(name, service, value).tag("service", service.name()).register(meters);
  }

  private void counter(String name, UpstreamService service, LongAdder count) {
    FunctionCounter.builder(name, count, LongAdder::sum)
        .tag("service", service.name())
        .register(meters);
  }
}
