package io.gatehouse.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class RelayMetersTest {
  @Test
  void resyncs_areCountedFromZero_forEachReason() {
    var registry = new SimpleMeterRegistry();
    var meters = new RelayMeters(registry, "gatehouse.orders");
    var counters = registry.find("gatehouse.connector.resyncs").counters();

    assertThat(counters)
        .extracting(counter -> counter.getId().getTag("reason"))
        .containsExactlyInAnyOrder("first", "lost", "missing", "moved");
    assertThat(counters).extracting(Counter::count).containsOnly(0.0);

    meters.resync(ResyncReason.LOST);
    assertThat(registry.get("gatehouse.connector.resyncs").tag("reason", "lost").counter().count())
        .isEqualTo(1);
  }
}
