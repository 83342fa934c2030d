package io.gatehouse.gateway.edge;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;

/**
 * How many bytes clients make the gateway hold: bodies that are not answered yet, and answers that
 * are not taken yet. One budget for the gateway and a share of it for each address, so that nobody
 * can use it up alone. Only callers who hold something are remembered.
 */
@Component
class BufferBudget {
  private final long most;
  private final long mostPerCaller;
  private final AtomicLong held = new AtomicLong();
  private final ConcurrentMap<String, Long> callers = new ConcurrentHashMap<>();

  /** What became of a wish. */
  enum Verdict {
    TAKEN,
    CALLER_FULL,
    GATEWAY_FULL
  }

  BufferBudget(EdgeProperties properties, MeterRegistry meters) {
    this.most = properties.bufferedBytes().toBytes();
    this.mostPerCaller = properties.bufferedBytesPerCaller().toBytes();
    Gauge.builder("gateway.edge.buffered", held, AtomicLong::get)
        .description("Of bodies that are not answered yet and answers that are not taken yet")
        .baseUnit("bytes")
        .register(meters);
  }

  /** Takes so many bytes for this caller, or none. */
  Verdict take(String caller, long bytes) {
    if (held.addAndGet(bytes) > most) {
      held.addAndGet(-bytes);
      return Verdict.GATEWAY_FULL;
    }
    if (callers.merge(caller, bytes, Long::sum) > mostPerCaller) {
      give(caller, bytes);
      return Verdict.CALLER_FULL;
    }
    return Verdict.TAKEN;
  }

  void give(String caller, long bytes) {
    held.addAndGet(-bytes);
    callers.computeIfPresent(caller, (_, all) -> all > bytes ? all - bytes : null);
  }
}
