package io.gatehouse.gateway.request;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The logger {@code access}: every request while there are few, a sample when there are many, so
 * that logging costs the same at any load. A line says how many were left out before it. Security
 * events have a log of their own, which leaves out none.
 */
@Component
public class AccessLog {
  private static final Logger log = LoggerFactory.getLogger("access");

  private final int perSecond;
  private final AtomicLong second = new AtomicLong();
  private final AtomicInteger written = new AtomicInteger();
  private final LongAdder leftOut = new LongAdder();

  AccessLog(AccessLogProperties properties) {
    this.perSecond = properties.perSecond();
  }

  /** Writes the request's line, unless this second has had its lines. */
  public void record(EdgeExchange edge) {
    var now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
    var current = second.get();
    if (now != current && second.compareAndSet(current, now)) {
      written.set(0);
    }
    // Read before it is raised: at full load this stays one volatile read and one addition.
    if (written.get() >= perSecond || written.incrementAndGet() > perSecond) {
      leftOut.increment();
      return;
    }
    write(edge);
  }

  private void write(EdgeExchange edge) {
    var request = edge.request();
    var token = edge.token();
    var uri = request.uri();
    var query = uri.indexOf('?');
    // The query stays out: it can carry what nobody meant to log.
    var path = query < 0 ? uri : uri.substring(0, query);
    var millis = edge.nanosToHead() / 1_000_000.0;
    log.atInfo()
        .addKeyValue("requestId", edge.requestId())
        .addKeyValue("method", request.method().name())
        .addKeyValue("path", path)
        .addKeyValue("route", edge.route())
        .addKeyValue("status", edge.status())
        .addKeyValue("millis", millis)
        .addKeyValue("ip", edge.origin().ip())
        .addKeyValue("subject", token == null ? null : token.subject())
        .addKeyValue("client", token == null ? null : token.clientId())
        .addKeyValue("leftOut", leftOut.sumThenReset())
        .log("{} {} {}", request.method().name(), path, edge.status());
  }
}
