package io.gatehouse.gateway.request;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Counts and times every request by route and status class, as the histogram {@code
 * gateway_requests_seconds} (time to the answer's head). Three additions a request, where a
 * framework's observation would build several objects.
 */
@Component
public class RequestMetrics {
  private static final String[] STATUS = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};

  /** Upper bounds in seconds. */
  private static final double[] BOUNDS = {
    .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, Double.POSITIVE_INFINITY
  };

  private static final long[] BOUNDS_IN_NANOS = nanos();

  private final ConcurrentMap<String, Cell[]> routes = new ConcurrentHashMap<>();

  RequestMetrics(ObjectProvider<PrometheusRegistry> prometheus) {
    prometheus.ifAvailable(registry -> registry.register((Collector) this::snapshot));
  }

  /** One request has its answer. */
  public void count(EdgeExchange edge) {
    var cells = routes.get(edge.route());
    if (cells == null) {
      cells = routes.computeIfAbsent(edge.route(), _ -> newCells());
    }
    cells[Math.clamp(edge.status() / 100, 0, 5)].add(edge.nanosToHead());
  }

  /** One route's requests by the time to the answer's head. */
  public static final class Counts {
    public static final Counts NONE = new Counts(new long[BOUNDS.length], 0);

    private final long[] buckets;
    private final long errors;

    private Counts(long[] buckets, long errors) {
      this.buckets = buckets;
      this.errors = errors;
    }

    /** Of them, those answered with 500 and above. */
    public long errors() {
      return errors;
    }

    public long total() {
      return Arrays.stream(buckets).sum();
    }

    /** What was added since an earlier count. */
    public Counts minus(Counts earlier) {
      var more = new long[buckets.length];
      for (var i = 0; i < more.length; i++) {
        more[i] = buckets[i] - earlier.buckets[i];
      }
      return new Counts(more, errors - earlier.errors);
    }

    /** In seconds: the bound below which this share of them was; 0 without any. */
    public double quantile(double share) {
      var wanted = Math.ceil(total() * share);
      var seen = 0L;
      for (var i = 0; i < buckets.length; i++) {
        seen += buckets[i];
        if (seen > 0 && seen >= wanted) {
          return Math.min(BOUNDS[i], BOUNDS[BOUNDS.length - 2]);
        }
      }
      return 0;
    }
  }

  /** All requests since the start, by route. */
  public Map<String, Counts> counts() {
    var all = new HashMap<String, Counts>();
    routes.forEach((route, cells) -> all.put(route, counts(cells)));
    return all;
  }

  private static Counts counts(Cell[] cells) {
    var buckets = new long[BOUNDS.length];
    var errors = 0L;
    for (var status = 0; status < cells.length; status++) {
      for (var i = 0; i < buckets.length; i++) {
        var count = cells[status].buckets[i].sum();
        buckets[i] += count;
        errors += status == cells.length - 1 ? count : 0;
      }
    }
    return new Counts(buckets, errors);
  }

  private HistogramSnapshot snapshot() {
    var snapshot =
        HistogramSnapshot.builder()
            .name("gateway_requests_seconds")
            .help("Requests by route and status class: time to the answer's head");
    routes.forEach(
        (route, cells) -> {
          for (var status = 0; status < cells.length; status++) {
            if (cells[status].isUsed()) {
              snapshot.dataPoint(
                  cells[status].snapshot(Labels.of("route", route, "status", STATUS[status])));
            }
          }
        });
    return snapshot.build();
  }

  private static Cell[] newCells() {
    var cells = new Cell[STATUS.length];
    for (var i = 0; i < cells.length; i++) {
      cells[i] = new Cell();
    }
    return cells;
  }

  private static long[] nanos() {
    var nanos = new long[BOUNDS.length];
    for (var i = 0; i < nanos.length; i++) {
      nanos[i] = (long) (BOUNDS[i] * 1e9);
    }
    return nanos;
  }

  /** One histogram. */
  private static final class Cell {
    private final LongAdder[] buckets = new LongAdder[BOUNDS.length];
    private final LongAdder sum = new LongAdder();

    Cell() {
      for (var i = 0; i < buckets.length; i++) {
        buckets[i] = new LongAdder();
      }
    }

    void add(long nanos) {
      var bucket = 0;
      while (nanos > BOUNDS_IN_NANOS[bucket]) {
        bucket++;
      }
      buckets[bucket].increment();
      sum.add(nanos);
    }

    boolean isUsed() {
      return sum.sum() > 0;
    }

    HistogramDataPointSnapshot snapshot(Labels labels) {
      var counts = new long[buckets.length];
      for (var i = 0; i < counts.length; i++) {
        counts[i] = buckets[i].sum();
      }
      return HistogramDataPointSnapshot.builder()
          .labels(labels)
          .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS, counts))
          .sum(sum.sum() / 1e9)
          .build();
    }
  }
}
