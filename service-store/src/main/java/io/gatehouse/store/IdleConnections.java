package io.gatehouse.store;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;
import reactor.pool.PooledRefMetadata;

/**
 * Which connections of the pool are not used again: old ones, those that were closed, and those
 * that were idle when another fell silent. Whatever made that one silent, such as a firewall that
 * forgot its connections, concerns them too, and each would cost somebody the whole wait to find
 * out.
 */
final class IdleConnections {
  static final Duration MAX_IDLE = Duration.ofMinutes(5);
  private static final Duration MAX_LIFE = Duration.ofMinutes(30);

  /** When a connection fell silent last, in milliseconds of the pool's clock. */
  private volatile long silence = Long.MIN_VALUE;

  /** A connection fell silent just now. */
  void distrust() {
    silence = System.currentTimeMillis();
  }

  boolean isSpent(Connection connection, PooledRefMetadata use) {
    return use.idleTime() >= MAX_IDLE.toMillis()
        || use.lifeTime() >= MAX_LIFE.toMillis()
        || System.currentTimeMillis() - use.idleTime() < silence
        || !isOpen(connection);
  }

  /** Known here and now, without asking the server. */
  private static boolean isOpen(Connection connection) {
    var open = new AtomicBoolean();
    Mono.from(connection.validate(ValidationDepth.LOCAL)).subscribe(open::set);
    return open.get();
  }
}
