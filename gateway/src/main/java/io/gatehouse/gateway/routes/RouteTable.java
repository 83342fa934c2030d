package io.gatehouse.gateway.routes;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.cloud.gateway.filter.WeightCalculatorWebFilter;
import org.springframework.cloud.gateway.handler.predicate.PathRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionLocator;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.support.HasConfig;
import org.springframework.cloud.gateway.support.WeightConfig;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The one place where a request's path decides something: which route it takes, by which way, who
 * may call it and which limit counts. The gateway's own paths stand in it, too.
 *
 * <p>The order is Spring Cloud Gateway's: the first route whose predicates match. It follows a
 * refresh of the routes at run time; one that fails is reported, and the table stays as it was.
 */
@Component
public class RouteTable implements SmartInitializingSingleton {
  private static final Logger log = LoggerFactory.getLogger(RouteTable.class);
  private static final String PATH = "Path";
  private static final String METHOD = "Method";

  private final RouteDefinitionLocator definitions;
  private final RouteLocator routes;
  private final RouteCheck check;
  private final Ways ways;
  private final List<OwnEndpoint> own;
  private final List<RoutePreparation> preparations;
  private final @Nullable WeightCalculatorWebFilter weights;
  private final boolean hasBasePath;
  private final MultiGauge served;
  private volatile RouteIndex index = new RouteIndex();
  private volatile Set<String> services = Set.of();
  private volatile boolean isWeighted;
  private volatile long largestBody = RouteEntry.USUAL;

  RouteTable(
      RouteDefinitionLocator definitions,
      RouteLocator routes,
      RouteCheck check,
      Ways ways,
      List<OwnEndpoint> own,
      List<RoutePreparation> preparations,
      ObjectProvider<WeightCalculatorWebFilter> weights,
      Environment environment,
      MeterRegistry meters) {
    this.definitions = definitions;
    this.routes = routes;
    this.check = check;
    this.ways = ways;
    this.own = own;
    this.preparations = preparations;
    this.weights = weights.getIfAvailable();
    this.hasBasePath = environment.containsProperty("spring.webflux.base-path");
    this.served =
        MultiGauge.builder("gateway.route")
            .description("1 for each route, by the way that it is served")
            .register(meters);
  }

  @Override
  public void afterSingletonsInstantiated() {
    build();
  }

  @EventListener
  void refreshed(RefreshRoutesResultEvent event) {
    if (!event.isSuccess()) {
      log.error("the new routes cannot be used, the old ones stay", event.getThrowable());
      return;
    }
    try {
      build();
    } catch (IllegalStateException unusable) {
      log.error("the new routes cannot be used, the old ones stay: {}", unusable.getMessage());
    }
  }

  private synchronized void build() {
    var defined = new HashMap<String, RouteDefinition>();
    for (var definition : definitions.getRouteDefinitions().toIterable()) {
      check.definition(definition);
      defined.put(definition.getId(), definition);
    }
    var next = new RouteIndex();
    for (var endpoint : own) {
      next.add(RouteEntry.own(endpoint.id(), endpoint.admission()), endpoint.patterns(), Set.of());
    }
    var targets = new TreeSet<String>();
    var weighted = false;
    var whyNone = ways.whyNone();
    for (var route : routes.getRoutes().toIterable()) {
      var definition = defined.get(route.getId());
      check.route(route);
      var entry = entry(route, definition, whyNone);
      var configs = configs(route);
      weighted |= configs.stream().anyMatch(WeightConfig.class::isInstance);
      add(next, entry, definition, configs);
      if (entry.way() == RouteEntry.Way.FRAMEWORK) {
        preparations.forEach(preparation -> preparation.prepare(entry));
      }
      var service = entry.service();
      if (service != null) {
        targets.add(service);
      }
      if (entry.way() == RouteEntry.Way.FRAMEWORK) {
        log.info("route {} goes the framework's way: {}", entry.id(), entry.why());
      }
    }
    isWeighted = weighted;
    services = targets;
    largestBody =
        next.entries().stream().mapToLong(RouteEntry::maxBody).max().orElse(RouteEntry.USUAL);
    index = next;
    served.register(
        next.entries().stream()
            .filter(entry -> entry.route() != null)
            .map(entry -> MultiGauge.Row.of(tags(entry), 1))
            .toList(),
        true);
  }

  private static Tags tags(RouteEntry entry) {
    return Tags.of(
        "route", entry.id(),
        "way", entry.way().name().toLowerCase(Locale.ROOT),
        "why", entry.why());
  }

  private RouteEntry entry(Route route, @Nullable RouteDefinition definition, String whyNone) {
    var metadata = new RouteMetadata(route.getId(), route.getMetadata());
    var why = whyNone.isEmpty() ? ways.why(route, definition, metadata) : whyNone;
    return new RouteEntry(
        route.getId(),
        route,
        metadata.admission(),
        why.isEmpty() ? RouteEntry.Way.FAST : RouteEntry.Way.FRAMEWORK,
        why,
        metadata.deadline(),
        metadata.maxBody(),
        metadata.protocol());
  }

  private void add(
      RouteIndex next,
      RouteEntry entry,
      @Nullable RouteDefinition definition,
      List<Object> configs) {
    var paths =
        configs.stream()
            .filter(PathRoutePredicateFactory.Config.class::isInstance)
            .map(PathRoutePredicateFactory.Config.class::cast)
            .toList();
    var patterns = paths.stream().flatMap(path -> path.getPatterns().stream()).toList();
    var names = hasBasePath ? List.<String>of() : names(definition);
    if (isPlain(names) && patterns.stream().allMatch(RouteIndex::isPlain)) {
      next.add(entry, patterns, methods(definition));
    } else {
      // A predicate of a team's may read the same settings and mean something else by them.
      var known = names.stream().filter(PATH::equals).count() == paths.size();
      next.add(entry, known ? patterns : List.of(), entry.target().getPredicate());
    }
  }

  /** Of the predicates, which all have to hold; of code nobody can say that. */
  private static List<String> names(@Nullable RouteDefinition definition) {
    return definition == null
        ? List.of()
        : definition.getPredicates().stream().map(PredicateDefinition::getName).toList();
  }

  /** One Path and perhaps a Method. */
  private static boolean isPlain(List<String> names) {
    return names.contains(PATH)
        && Set.of(PATH, METHOD).containsAll(names)
        && Set.copyOf(names).size() == names.size();
  }

  private static Set<String> methods(@Nullable RouteDefinition definition) {
    return definition == null
        ? Set.of()
        : definition.getPredicates().stream()
            .filter(predicate -> METHOD.equals(predicate.getName()))
            .flatMap(predicate -> predicate.getArgs().values().stream())
            .flatMap(methods -> Stream.of(methods.split(",", -1)))
            .map(String::strip)
            .collect(Collectors.toUnmodifiableSet());
  }

  /** What the route's predicates were made from; an unknown kind stands as an object of its own. */
  private static List<Object> configs(Route route) {
    var found = new ArrayList<Object>();
    route
        .getPredicate()
        .accept(
            (HasConfig predicate) -> {
              var config = predicate.getConfig();
              found.add(config == null ? predicate : config);
            });
    return found;
  }

  /** The services that some route leads to by the registry. */
  public Set<String> services() {
    return services;
  }

  /** The most bytes that any route says of its bodies; {@link RouteEntry#USUAL} when none does. */
  public long largestBody() {
    return largestBody;
  }

  /** All entries in their order, the gateway's own first. */
  public List<RouteEntry> entries() {
    return index.entries();
  }

  /**
   * What the table decides about this request.
   *
   * @param path in its normal form
   * @param seen gives the exchange as predicates are to see it; only asked where predicates are
   */
  public Decision decide(String path, HttpMethod method, Supplier<ServerWebExchange> seen) {
    var current = index;
    var found = current.find(path, method);
    if (found.toAsk().isEmpty()) {
      return new Decision(found.entry(), null);
    }
    var exchange = seen.get();
    var calculator = weights;
    var asked = Mono.defer(() -> current.ask(exchange, found));
    return new Decision(
        null,
        isWeighted && calculator != null
            ? calculator.filter(exchange, _ -> Mono.empty()).then(asked)
            : asked);
  }

  /**
   * One of both: an entry at once, or once predicates have been asked.
   *
   * @param now in the ordinary case
   */
  public record Decision(@Nullable RouteEntry now, @Nullable Mono<RouteEntry> later) {}
}
