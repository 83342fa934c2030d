package io.gatehouse.gateway.platform;

import io.gatehouse.defaults.platform.Polling;
import io.gatehouse.gateway.request.RequestMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Rates and latencies of the last five minutes, from the counts that are kept anyway. */
@Component
class RouteFigures extends Polling {
  private static final Duration PAUSE = Duration.ofSeconds(10);
  private static final int MOST = 30;

  private final RequestMetrics metrics;
  private final Deque<Taken> taken = new ArrayDeque<>();

  /** Of what is taken, made when somebody first asks after that. */
  private @Nullable Map<String, List<Sample>> histories;

  private record Taken(long at, Map<String, RequestMetrics.Counts> counts) {
    double secondsUntil(long later) {
      return Math.max(1e-3, (later - at) / 1e9);
    }
  }

  /**
   * One route's.
   *
   * @param rate requests a second
   * @param p50 seconds to the answer's head, the bound below which half of them were
   * @param p99 the same for 99 of 100
   * @param errors answers of 500 and above a second
   * @param history of the same time, ten seconds each, oldest first; empty for a route that had no
   *     request in it
   */
  record Figures(double rate, double p50, double p99, double errors, List<Sample> history) {
    static final Figures NONE = new Figures(0, 0, 0, 0, List.of());
  }

  /** Figures of ten seconds, as {@link Figures} has them. */
  record Sample(double rate, double p50, double p99) {}

  RouteFigures(RequestMetrics metrics) {
    super("counting requests");
    this.metrics = metrics;
  }

  @Override
  protected Mono<Duration> pollOnce() {
    take();
    return Mono.just(PAUSE);
  }

  synchronized void take() {
    taken.addLast(new Taken(System.nanoTime(), metrics.counts()));
    if (taken.size() > MOST) {
      taken.removeFirst();
    }
    histories = null;
  }

  /**
   * By route, since the oldest count that is kept, or since the start. Without a route that had no
   * request since the start.
   */
  synchronized Map<String, Figures> all() {
    if (taken.isEmpty()) {
      return Map.of();
    }
    if (histories == null) {
      histories = histories();
    }
    var oldest = taken.getFirst();
    var seconds = oldest.secondsUntil(System.nanoTime());
    var all = new HashMap<String, Figures>();
    for (var now : metrics.counts().entrySet()) {
      var counts = more(oldest, now.getKey(), now.getValue());
      all.put(
          now.getKey(),
          new Figures(
              rounded(counts.total() / seconds),
              counts.quantile(0.5),
              counts.quantile(0.99),
              rounded(counts.errors() / seconds),
              histories.getOrDefault(now.getKey(), List.of())));
    }
    return all;
  }

  private Map<String, List<Sample>> histories() {
    var all = new HashMap<String, List<Sample>>();
    var newest = taken.getLast();
    for (var now : newest.counts.entrySet()) {
      if (more(taken.getFirst(), now.getKey(), now.getValue()).total() > 0) {
        all.put(now.getKey(), history(now.getKey()));
      }
    }
    return all;
  }

  private List<Sample> history(String route) {
    var samples = new ArrayList<Sample>();
    @Nullable Taken before = null;
    for (var one : taken) {
      if (before != null) {
        samples.add(sample(before, one, route));
      }
      before = one;
    }
    return samples;
  }

  private static Sample sample(Taken from, Taken to, String route) {
    var until = to.counts.get(route);
    var counts = until == null ? RequestMetrics.Counts.NONE : more(from, route, until);
    return new Sample(
        rounded(counts.total() / from.secondsUntil(to.at)),
        counts.quantile(0.5),
        counts.quantile(0.99));
  }

  private static RequestMetrics.Counts more(
      Taken since, String route, RequestMetrics.Counts until) {
    var before = since.counts.get(route);
    return before == null ? until : until.minus(before);
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
