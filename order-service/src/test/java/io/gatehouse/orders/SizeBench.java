package io.gatehouse.orders;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.gatehouse.testing.TestPostgres.Database;
import io.gatehouse.testing.TestTokens;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** What {@code bench/size} starts; not part of any build, as its name is not a test's. */
class SizeBench {
  private static final PrintStream OUT = System.err;
  private static final int FEW = 10_000;

  @Test
  void measure() throws Exception {
    var events = Integer.getInteger("bench.events");
    assumeThat(events).as("set by bench/size").isNotNull();
    var tokens = new TestTokens();
    try (var postgres = DurablePostgres.started(System.getProperty("bench.buffers"));
        var neighbours = new Neighbours(tokens)) {
      var loads =
          new BenchLoads(postgres, tokens, Duration.ofSeconds(Long.getLong("bench.seconds", 4)));
      loads.requireDurable();
      OUT.printf(
          "fsync, synchronous_commit and full_page_writes are on, shared_buffers %s%n",
          postgres.text("show shared_buffers"));
      var few = filled(postgres, "few", FEW);
      var many = filled(postgres, "many", events);
      try (var ofFew = ServiceProcess.start(few, neighbours);
          var ofMany = ServiceProcess.start(many, neighbours)) {
        new SizeMeasurements(
                loads, SizeSide.of(few, ofFew, tokens), SizeSide.of(many, ofMany, tokens))
            .run(Integer.getInteger("bench.rounds", 3));
      }
    }
  }

  private static Database filled(DurablePostgres postgres, String name, int events)
      throws SQLException, InterruptedException, ExecutionException {
    var start = System.nanoTime();
    var database = SizeData.make(postgres, name, events);
    try (var connection = SizeData.connect(database)) {
      OUT.printf(
          Locale.ROOT,
          "%s: %s events, %s, made in %.0f s%n",
          name,
          SizeData.texts(connection, "select count(*) from events").getFirst(),
          SizeData.texts(connection, "select pg_size_pretty(pg_database_size(current_database()))")
              .getFirst(),
          (System.nanoTime() - start) / 1e9);
    }
    return database;
  }
}
