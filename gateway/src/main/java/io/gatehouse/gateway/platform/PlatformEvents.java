package io.gatehouse.gateway.platform;

import io.gatehouse.defaults.platform.RecentSecurityEvents;
import io.gatehouse.gateway.routes.RouteTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The newest security events of the platform: this gateway's, and what the instances of the
 * services behind it remember. These are asked only while somebody looks, and every five seconds.
 */
@Component
class PlatformEvents {
  private static final Duration FRESH = Duration.ofSeconds(5);
  private static final int MOST = 200;

  /** Each has a share: whoever has one process write many events hides none of another's. */
  private static final int OF_AN_INSTANCE = 50;

  private static final int AT_ONCE = 8;
  private static final ParameterizedTypeReference<Map<String, String>> EVENT =
      new ParameterizedTypeReference<>() {};

  private final RecentSecurityEvents own;
  private final ManagementPorts ports;
  private final RouteTable routes;
  private final String name;
  private final Mono<List<Map<String, String>>> ofServices;

  PlatformEvents(
      RecentSecurityEvents own,
      ManagementPorts ports,
      RouteTable routes,
      @Value("${spring.application.name}") String name) {
    this.own = own;
    this.ports = ports;
    this.routes = routes;
    this.name = name;
    this.ofServices = Mono.defer(this::ask).cache(FRESH);
  }

  /** Newest first, each with its service. An instance that does not answer is left out. */
  Mono<List<Map<String, String>>> newest() {
    return ofServices.map(
        others ->
            Stream.concat(
                    own.newest(OF_AN_INSTANCE).stream().map(event -> of(name, event)),
                    others.stream())
                .sorted(Comparator.comparing(PlatformEvents::at).reversed())
                .limit(MOST)
                .toList());
  }

  private Mono<List<Map<String, String>>> ask() {
    return Flux.fromIterable(routes.services())
        .flatMap(this::ask, AT_ONCE)
        .take(ManagementPorts.LIMIT.multipliedBy(2))
        .collect(ArrayList::new, List::add);
  }

  private Flux<Map<String, String>> ask(String service) {
    return ports
        .ask(service, "/actuator/securityevents?most=" + OF_AN_INSTANCE, EVENT)
        .flatMap(Flux::onErrorComplete, AT_ONCE)
        .map(event -> of(service, event));
  }

  private static Map<String, String> of(String service, Map<String, String> event) {
    var told = new LinkedHashMap<String, String>();
    told.put("at", at(event));
    told.put("service", service);
    told.putAll(event);
    return told;
  }

  private static String at(Map<String, String> event) {
    return event.getOrDefault("at", "");
  }
}
