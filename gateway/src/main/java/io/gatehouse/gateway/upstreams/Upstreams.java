package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.Rounds;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The services behind the gateway, with their instances kept as the registry gives them. */
@Component
public class Upstreams extends Rounds {
  private final DiscoveryClient registry;
  private final GuardProperties guards;
  private final GuardMetrics metrics;
  private final UpstreamTls tls;
  private final Duration recovery;
  private final CircuitBreakerConfig breakerConfig;
  private final ConcurrentMap<String, UpstreamService> services = new ConcurrentHashMap<>();

  Upstreams(
      DiscoveryClient registry,
      GuardProperties guards,
      BreakerProperties breaker,
      GuardMetrics metrics,
      UpstreamTls tls) {
    super("reading the registry's instances");
    this.metrics = metrics;
    this.tls = tls;
    this.registry = registry;
    this.guards = guards;
    this.recovery = breaker.recovery();
    this.breakerConfig =
        CircuitBreakerConfig.custom()
            .slidingWindowType(SlidingWindowType.COUNT_BASED)
            .slidingWindowSize(10)
            .minimumNumberOfCalls(5)
            .failureRateThreshold(breaker.failureThreshold())
            .waitDurationInOpenState(breaker.recovery())
            .automaticTransitionFromOpenToHalfOpenEnabled(false)
            // One success closes it: with more trials to wait for, a service that is seldom called
            // would fall back to open.
            .permittedNumberOfCallsInHalfOpenState(1)
            // A trial call that never reports back must not hold the breaker half-open for ever.
            .maxWaitDurationInHalfOpenState(
                guards.deadline().multipliedBy(2).plus(Duration.ofSeconds(1)))
            .build();
  }

  GuardProperties guards() {
    return guards;
  }

  /** True when the service has an instance that the registry calls up. */
  public boolean hasInstance(String service) {
    return named(service).size() > 0;
  }

  UpstreamService named(String name) {
    var known = services.get(name);
    return known != null ? known : services.computeIfAbsent(name, this::create);
  }

  /** Starts anew with every service. */
  void forget() {
    for (var service : services.values()) {
      service.update(List.of());
      service.breaker().reset();
      refresh(service);
    }
  }

  private UpstreamService create(String name) {
    var breaker = CircuitBreaker.of(name, breakerConfig);
    var service = new UpstreamService(name, breaker, recovery, guards.maxInFlight());
    refresh(service);
    metrics.watch(service);
    return service;
  }

  private void refresh(UpstreamService service) {
    service.update(
        registry.getInstances(service.name()).stream()
            .map(found -> instance(service.name(), found))
            .toList());
  }

  private Instance instance(String service, ServiceInstance found) {
    var timeout = guards.connectTimeout();
    return new Instance(
        found.getHost(),
        found.getPort(),
        timeout,
        found.isSecure() ? channel -> tls.handler(channel, service, timeout) : null);
  }

  @Override
  protected Mono<Duration> round() {
    return Mono.fromRunnable(() -> services.values().forEach(this::refresh))
        .subscribeOn(Schedulers.boundedElastic())
        .thenReturn(guards.refresh());
  }

  /** Outlives the web server: the requests that it finishes at shutdown need instances. */
  @Override
  public int getPhase() {
    return 0;
  }
}
