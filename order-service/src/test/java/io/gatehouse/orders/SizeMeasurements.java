package io.gatehouse.orders;

import io.gatehouse.orders.BenchLoads.Run;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/** The same requests to a small and to a large database, in rounds that take turns. */
final class SizeMeasurements {
  private static final PrintStream OUT = System.err;
  private static final int CONNECTIONS = 8;
  private static final double GOAL = 1.3;

  /** As many as the small database has for each round. */
  private static final int OLD_PAYMENTS = 300;

  private final BenchLoads loads;
  private final List<SizeSide> sides;

  SizeMeasurements(BenchLoads loads, SizeSide few, SizeSide many) {
    this.loads = loads;
    this.sides = List.of(few, many);
  }

  /** Measures, after a round that warms both up. */
  void run(int rounds) throws InterruptedException, ExecutionException {
    var all = new ArrayList<Map<String, List<Run>>>();
    for (var round = 0; round <= rounds; round++) {
      all.add(round());
    }
    var counted = all.subList(1, all.size());
    var goals = new BenchGoals();
    OUT.printf("%-28s %-6s %9s %12s %14s%n", "", "events", "/s", "CPU service", "CPU PostgreSQL");
    for (var kind : all.getFirst().keySet()) {
      for (var side = 0; side < sides.size(); side++) {
        var which = side;
        row(kind, which, counted.stream().map(round -> round.get(kind).get(which)).toList());
      }
      goals.atMost(
          GOAL,
          kind + ": CPU with many events / with few",
          counted.stream()
              .map(round -> round.get(kind))
              .map(runs -> runs.get(1).micros() / runs.get(0).micros())
              .toList());
    }
    goals.print(OUT);
  }

  /** What each kind of request came to on either side. */
  private Map<String, List<Run>> round() throws InterruptedException, ExecutionException {
    var runs = new LinkedHashMap<String, List<Run>>();
    for (var side : sides) {
      var clients = loads.clients(CONNECTIONS);
      note(runs, "place an order", loads.place(side.server(), clients));
      note(runs, "pay it", loads.pay(side.server(), clients));
      note(
          runs,
          "pay an old one",
          loads.each(side.server(), CONNECTIONS, side.payments(OLD_PAYMENTS)));
    }
    for (var kind : sides.getFirst().reads().keySet()) {
      for (var side : sides) {
        note(runs, kind, loads.ask(side.server(), CONNECTIONS, side.reads().get(kind)));
      }
    }
    return runs;
  }

  private static void note(Map<String, List<Run>> runs, String kind, Run run) {
    runs.computeIfAbsent(kind, _ -> new ArrayList<>()).add(run);
  }

  private void row(String kind, int side, List<Run> runs) {
    OUT.printf(
        Locale.ROOT,
        "%-28s %-6s %9.0f %9.0f µs %11.0f µs%n",
        kind,
        sides.get(side).server().name(),
        BenchGoals.median(runs.stream().map(Run::perSecond).toList()),
        BenchGoals.median(runs.stream().map(Run::serviceMicros).toList()),
        BenchGoals.median(runs.stream().map(Run::databaseMicros).toList()));
  }
}
