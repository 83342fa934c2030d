package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.Rounds;
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
  private final BreakerProperties breaker;
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
    this.breaker = breaker;
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
    var service = new UpstreamService(name, breaker, guards);
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
