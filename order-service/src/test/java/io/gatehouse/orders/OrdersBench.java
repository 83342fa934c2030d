package io.gatehouse.orders;

import io.gatehouse.testing.TestTokens;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What {@code bench/orders} starts; not part of any build, as its name is not a test's. */
class OrdersBench {

  @Test
  void measure() throws Exception {
    var time = Duration.ofSeconds(Long.getLong("bench.seconds", 8));
    var options = System.getProperty("bench.jvm", "");
    var peer = System.getProperty("bench.peer", "");
    var tokens = new TestTokens();
    try (var postgres = DurablePostgres.started();
        var neighbours = new Neighbours(tokens);
        var service =
            ServiceProcess.start(
                postgres.database(),
                neighbours,
                options.isEmpty() ? new String[0] : options.split(" "))) {
      var measurements = new OrderMeasurements(postgres, service, tokens, time);
      if (peer.isEmpty()) {
        measurements.run();
        return;
      }
      try (var stock =
          StockOrders.start(Path.of(peer), postgres.database(), neighbours, ServiceProcess.jvm())) {
        measurements.besides(stock);
        measurements.run();
      }
    }
  }
}
