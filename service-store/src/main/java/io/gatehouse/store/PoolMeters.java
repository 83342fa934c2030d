package io.gatehouse.store;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.PoolMetrics;
import java.util.function.ToDoubleFunction;

/** The pool as gauges, named as Spring Boot names those of a pool that it made itself. */
record PoolMeters(ConnectionPool pool, String name) implements MeterBinder {

  @Override
  public void bindTo(MeterRegistry meters) {
    pool.getMetrics()
        .ifPresent(
            metrics -> {
              gauge(meters, metrics, "acquired", PoolMetrics::acquiredSize);
              gauge(meters, metrics, "allocated", PoolMetrics::allocatedSize);
              gauge(meters, metrics, "idle", PoolMetrics::idleSize);
              gauge(meters, metrics, "pending", PoolMetrics::pendingAcquireSize);
              gauge(meters, metrics, "max.allocated", PoolMetrics::getMaxAllocatedSize);
            });
  }

  private void gauge(
      MeterRegistry meters, PoolMetrics metrics, String what, ToDoubleFunction<PoolMetrics> size) {
    Gauge.builder("r2dbc.pool." + what, metrics, size)
        .baseUnit("connections")
        .tag("name", name)
        .register(meters);
  }
}
