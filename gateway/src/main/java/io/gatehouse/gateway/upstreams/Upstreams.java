package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.platform.Polling;
import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The services behind the gateway, with their instances kept as the registry gives them. */
@Component
public class Upstreams extends Polling {
  private final DiscoveryClient registry;
  private final GuardProperties guards;
  private final GuardMetrics metrics;
  private final UpstreamTls tls;
  private final BreakerProperties breaker;
  private final ConcurrentMap<String, UpstreamService> services = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, UpstreamService> external = new ConcurrentHashMap<>();
  private volatile Consumer<Instance> missing = _ -> {};

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

  /** True when an instance answers and the breaker lets calls through. */
  public boolean answers(String service) {
    return named(service).answers();
  }

  /** What is known of these services, in their order. */
  public List<ServiceState> states(Collection<String> names) {
    return names.stream().map(this::named).map(ServiceState::of).toList();
  }

  /**
   * Where the instances of a service that registered a management port have it, over plain HTTP.
   */
  public List<URI> managementOf(String service) {
    return named(service).instances().stream()
        .filter(instance -> instance.managementPort() > 0)
        .map(instance -> URI.create("http://" + instance.host() + ":" + instance.managementPort()))
        .toList();
  }

  List<UpstreamService> services() {
    return List.copyOf(services.values());
  }

  /** Who asks an instance at once that the registry no longer names. */
  void onMissing(Consumer<Instance> listener) {
    missing = listener;
  }

  /** After a round of probes. */
  void judgeBreakers() {
    services.values().forEach(UpstreamService::judgeBreaker);
  }

  UpstreamService named(String name) {
    var known = services.get(name);
    return known != null ? known : services.computeIfAbsent(name, this::create);
  }

  /** What a route leads to without the registry, as a service of one instance. */
  UpstreamService external(String route) {
    return external.computeIfAbsent(
        route,
        id -> {
          var service = UpstreamService.external(id, breaker, guards);
          metrics.watch(service);
          return service;
        });
  }

  /** Starts anew with every service. */
  void forget() {
    for (var service : services.values()) {
      service.clear();
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
    service
        .update(
            registry.getInstances(service.name()).stream()
                .map(found -> instance(service.name(), found))
                .toList())
        .forEach(missing);
  }

  private Instance instance(String service, ServiceInstance found) {
    var timeout = guards.connectTimeout();
    return new Instance(
        found.getHost(),
        found.getPort(),
        managementPort(found),
        found.getMetadata() == null ? Map.of() : found.getMetadata(),
        timeout,
        found.isSecure() ? channel -> tls.handler(channel, service, timeout) : null);
  }

  /** As Spring Cloud's Eureka client registers it; 0 when there is none. */
  private static int managementPort(ServiceInstance found) {
    var metadata = found.getMetadata();
    var port = metadata == null ? null : metadata.get("management.port");
    try {
      return port == null ? 0 : Integer.parseInt(port);
    } catch (NumberFormatException _) {
      return 0;
    }
  }

  @Override
  protected Mono<Duration> pollOnce() {
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
