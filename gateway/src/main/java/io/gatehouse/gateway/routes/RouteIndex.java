package io.gatehouse.gateway.routes;

import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.handler.AsyncPredicate;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.server.PathContainer;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One state of the route table: the first entry that matches, in the order in which they were
 * added, which is Spring Cloud Gateway's.
 *
 * <p>An entry whose paths are literal or end with {@code /**} and that asks for nothing else but a
 * method is found by one look-up per path segment. All others are asked by their predicates, and
 * only those that come before the one that was found and whose paths it can have.
 */
final class RouteIndex {
  private static final String SUBTREE = "/**";
  private static final RouteEntry NO_API = RouteEntry.none(Admission.TOKEN);
  private static final RouteEntry NOTHING = RouteEntry.none(Admission.OPEN);

  private final Map<String, List<Plain>> literal = new HashMap<>();
  private final Map<String, List<Plain>> subtrees = new HashMap<>();
  private final List<Asking> asking = new ArrayList<>();
  private final List<RouteEntry> entries = new ArrayList<>();

  /** Found by its path. */
  private record Plain(int rank, Set<String> methods, RouteEntry entry) {
    boolean serves(HttpMethod method) {
      return methods.isEmpty()
          || methods.contains(method.name())
          || (method.equals(HttpMethod.HEAD) && methods.contains(HttpMethod.GET.name()));
    }
  }

  /**
   * Found by its predicates.
   *
   * @param paths of which one matches where the entry does; empty when nobody knows
   */
  private record Asking(
      int rank, RouteEntry entry, List<Paths> paths, AsyncPredicate<ServerWebExchange> predicate) {
    boolean canMatch(String path) {
      if (paths.isEmpty()) {
        return true;
      }
      for (var one : paths) {
        if (one.canMatch(path)) {
          return true;
        }
      }
      return false;
    }

    /** As the framework has it: what a predicate cannot read does not match it. */
    Mono<Boolean> matches(ServerWebExchange exchange) {
      return Mono.defer(() -> Mono.from(predicate.apply(exchange))).onErrorReturn(false);
    }
  }

  /**
   * Tells cheaply which paths a pattern does not match, and never of one that it does.
   *
   * @param text with which all of them begin
   */
  private record Paths(String text, PathPattern pattern) {
    static Paths of(String pattern) {
      var end = 0;
      while (end < pattern.length() && isUnreserved(pattern.charAt(end))) {
        end++;
      }
      // "/a/**" matches "/a", too.
      var text = pattern.substring(0, end);
      return new Paths(
          text.substring(0, Math.max(0, text.lastIndexOf('/'))),
          PathPatternParser.defaultInstance.parse(pattern));
    }

    boolean canMatch(String path) {
      return path.startsWith(text)
          && (pattern.matches(PathContainer.parsePath(path))
              || (path.endsWith("/")
                  && pattern.matches(
                      PathContainer.parsePath(path.substring(0, path.length() - 1)))));
    }
  }

  /** What a path alone gives: an entry, and those that have to be asked before it. */
  record Found(RouteEntry entry, List<Asking> toAsk) {}

  /**
   * Adds an entry that is found by its path.
   *
   * @param patterns see {@link #isPlain}
   * @param methods that it serves; empty for all
   */
  void add(RouteEntry entry, List<String> patterns, Set<String> methods) {
    var plain = new Plain(entries.size(), methods, entry);
    for (var pattern : patterns) {
      var subtree = pattern.endsWith(SUBTREE);
      (subtree ? subtrees : literal)
          .computeIfAbsent(
              subtree ? pattern.substring(0, pattern.length() - SUBTREE.length()) : pattern,
              _ -> new ArrayList<>())
          .add(plain);
    }
    entries.add(entry);
  }

  /**
   * Adds an entry that is found by its predicates.
   *
   * @param patterns of its paths, of which one matches where the entry does; empty when unknown
   */
  void add(RouteEntry entry, List<String> patterns, AsyncPredicate<ServerWebExchange> predicate) {
    // What one without a slash means is the framework's affair.
    var known = patterns.stream().allMatch(pattern -> pattern.startsWith("/"));
    var paths = known ? patterns.stream().map(Paths::of).toList() : List.<Paths>of();
    asking.add(new Asking(entries.size(), entry, paths, predicate));
    entries.add(entry);
  }

  /** True for a pattern that is compared as text, perhaps with a last {@code /**}. */
  static boolean isPlain(String pattern) {
    var path =
        pattern.endsWith(SUBTREE)
            ? pattern.substring(0, pattern.length() - SUBTREE.length())
            : pattern;
    return path.isEmpty()
        ? pattern.equals(SUBTREE)
        : path.charAt(0) == '/' && path.chars().allMatch(RouteIndex::isUnreserved);
  }

  private static boolean isUnreserved(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "/-._~".indexOf(c) >= 0;
  }

  List<RouteEntry> entries() {
    return List.copyOf(entries);
  }

  /**
   * Looks a path up.
   *
   * @param path in its normal form
   */
  Found find(String path, HttpMethod method) {
    var best = first(literal.get(path), method, null);
    if (path.length() > 1 && path.charAt(path.length() - 1) == '/') {
      best = first(literal.get(path.substring(0, path.length() - 1)), method, best);
    }
    for (var end = path.length(); ; end = path.lastIndexOf('/', end - 1)) {
      best = first(subtrees.get(path.substring(0, end)), method, best);
      if (end <= 0) {
        break;
      }
    }
    if (best == null) {
      return new Found(
          path.startsWith("/api/") ? NO_API : NOTHING, askedBefore(Integer.MAX_VALUE, path));
    }
    return new Found(best.entry, askedBefore(best.rank, path));
  }

  private static @Nullable Plain first(
      @Nullable List<Plain> candidates, HttpMethod method, @Nullable Plain best) {
    if (candidates != null) {
      for (var candidate : candidates) {
        if (best != null && best.rank <= candidate.rank) {
          return best;
        }
        if (candidate.serves(method)) {
          return candidate;
        }
      }
    }
    return best;
  }

  private List<Asking> askedBefore(int rank, String path) {
    List<Asking> before = List.of();
    for (var one : asking) {
      if (one.rank > rank) {
        break;
      }
      if (one.canMatch(path)) {
        before = before.isEmpty() ? new ArrayList<>() : before;
        before.add(one);
      }
    }
    return before;
  }

  /** HEAD goes wherever GET does. */
  private static ServerWebExchange asGet(ServerWebExchange exchange) {
    return exchange
        .mutate()
        .request(request -> request.method(org.springframework.http.HttpMethod.GET))
        .build();
  }

  /** Asks the predicates before the entry that the path gave; else it is that one. */
  Mono<RouteEntry> ask(ServerWebExchange exchange, Found found) {
    var isHead = exchange.getRequest().getMethod().equals(org.springframework.http.HttpMethod.HEAD);
    return Flux.fromIterable(found.toAsk)
        .filterWhen(
            one -> {
              exchange
                  .getAttributes()
                  .put(ServerWebExchangeUtils.GATEWAY_PREDICATE_ROUTE_ATTR, one.entry.id());
              return isHead
                  ? one.matches(exchange)
                      .flatMap(does -> does ? Mono.just(true) : one.matches(asGet(exchange)))
                  : one.matches(exchange);
            },
            1)
        .next()
        .map(Asking::entry)
        .defaultIfEmpty(found.entry)
        .doFinally(
            _ ->
                exchange
                    .getAttributes()
                    .remove(ServerWebExchangeUtils.GATEWAY_PREDICATE_ROUTE_ATTR));
  }
}
