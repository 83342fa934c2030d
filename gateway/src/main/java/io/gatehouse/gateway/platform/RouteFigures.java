package io.gatehouse.gateway.platform;

import io.gatehouse.defaults.platform.Polling;
import io.gatehouse.gateway.request.RequestMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

  private record Taken(long at, Map<String, RequestMetrics.Counts> counts) {}

  /**
   * One route's.
   *
   * @param rate requests a second
   * @param p50 seconds to the answer's head, the bound below which half of them were
   * @param p99 the same for 99 of 100
   * @param errors answers of 500 and above a second
   */
  record Figures(double rate, double p50, double p99, double errors) {
    private static final Figures NONE = new Figures(0, 0, 0, 0);
  }

  /** Figures of ten seconds, as {@link Figures} has them. */
  record Sample(double rate, double p50, double p99) {
    private static final Sample NONE = new Sample(0, 0, 0);
  }

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
  }

  /** Since the oldest count that is kept, or since the start. */
  synchronized Figures of(String route) {
    var now = metrics.counts().get(route);
    if (now == null || taken.isEmpty()) {
      return Figures.NONE;
    }
    var oldest = taken.getFirst();
    var since = oldest.counts.get(route);
    var seconds = Math.max(1e-3, (System.nanoTime() - oldest.at) / 1e9);
    var counts = since == null ? now : now.minus(since);
    return new Figures(
        rounded(counts.total() / seconds),
        counts.quantile(0.5),
        counts.quantile(0.99),
        rounded(counts.errors() / seconds));
  }

  /** The last five minutes, oldest first. */
  synchronized List<Sample> history(String route) {
    var samples = new ArrayList<Sample>();
    @Nullable Taken before = null;
    for (var one : taken) {
      if (before != null) {
        samples.add(between(before, one, route));
      }
      before = one;
    }
    return samples;
  }

  private static Sample between(Taken from, Taken to, String route) {
    var until = to.counts.get(route);
    if (until == null) {
      return Sample.NONE;
    }
    var since = from.counts.get(route);
    var counts = since == null ? until : until.minus(since);
    var seconds = Math.max(1e-3, (to.at - from.at) / 1e9);
    return new Sample(
        rounded(counts.total() / seconds), counts.quantile(0.5), counts.quantile(0.99));
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
