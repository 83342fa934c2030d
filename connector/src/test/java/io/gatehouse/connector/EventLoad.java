package io.gatehouse.connector;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Writers who append to orders and change users until they are stopped, whatever dies meanwhile.
 */
final class EventLoad implements AutoCloseable {
  private static final int WRITERS = 4;
  private static final int LONGEST = 200;

  private final Source source;
  private final List<Thread> writers = new ArrayList<>();
  private final AtomicLong acknowledged = new AtomicLong();

  EventLoad(Source source) {
    this.source = source;
    for (var writer = 0; writer < WRITERS; writer++) {
      writers.add(Thread.ofPlatform().start(this::write));
    }
  }

  /** How many events the database has said it has. */
  long acknowledged() {
    return acknowledged.get();
  }

  private void write() {
    while (!Thread.currentThread().isInterrupted()) {
      try (var orders = source.connect("orders");
          var users = source.connect("users")) {
        while (!Thread.currentThread().isInterrupted()) {
          writeOne(orders, users);
        }
      } catch (SQLException died) {
        // It comes back; whether the last event is there, the table knows.
        Thread.onSpinWait();
      }
    }
  }

  private void writeOne(Connection orders, Connection users) throws SQLException {
    var key = UUID.randomUUID().toString();
    for (var version = 1; version <= LONGEST; version++) {
      Source.appendToOrder(orders, key, version, "ItemsChanged", 1, "{}");
      acknowledged.incrementAndGet();
      try (var statement = users.createStatement()) {
        statement.execute(
            "insert into user_events (type, user_id, version) values ('UserChanged', '%s', %d)"
                .formatted(key, version));
      }
      acknowledged.incrementAndGet();
      // So that a broker's start does not gather more than can be compared in a moment.
      LockSupport.parkNanos(2_000_000);
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    writers.forEach(Thread::interrupt);
    for (var writer : writers) {
      writer.join();
    }
  }
}
