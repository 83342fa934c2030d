package io.gatehouse.orders;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Ratios of {@code bench/orders} beside what they are to reach. */
final class BenchGoals {
  private final List<String> lines = new ArrayList<>();

  /** Rounds of one ratio, of which the median counts, and the most that it may be. */
  void atMost(double limit, String what, List<Double> ratios) {
    add(what, median(ratios), "at most", limit, median(ratios) <= limit);
  }

  /** Rounds of one ratio, of which the median counts, and the least that it may be. */
  void atLeast(double limit, String what, List<Double> ratios) {
    add(what, median(ratios), "at least", limit, median(ratios) >= limit);
  }

  private void add(String what, double ratio, String side, double limit, boolean met) {
    lines.add(
        String.format(
            Locale.ROOT,
            "%-72s %6.2f  %-8s %5.2f  %s",
            what,
            ratio,
            side,
            limit,
            met ? "met" : "NOT MET"));
  }

  void print(PrintStream out) {
    out.printf("%nRatios, medians of rounds that took turns:%n");
    lines.forEach(out::println);
  }

  /** The middle one; of an even number the lower of the two in the middle. */
  static double median(List<Double> values) {
    return values.stream().sorted().toList().get((values.size() - 1) / 2);
  }
}
