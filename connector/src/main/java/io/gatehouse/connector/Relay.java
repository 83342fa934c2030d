package io.gatehouse.connector;

import io.gatehouse.connector.EventTable.Gap;
import io.gatehouse.connector.SourceDatabase.Slot;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings one table's events to its topic, for as long as it runs: takes the lock, closes the gap
 * that a lost slot left, reads on from the slot, and begins again when anything of it fails.
 */
final class Relay {
  private static final Logger log = LoggerFactory.getLogger(Relay.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration NOTE = Duration.ofSeconds(10);

  /** What a relay is doing. */
  enum State {
    /** Another instance is the active one. */
    STANDBY,
    /** The table is read. */
    RESYNC,
    /** The log is read. */
    STREAMING,
    /** Something failed and is tried again soon. */
    FAILED,
    STOPPED
  }

  private final EventTable table;
  private final DatabaseProperties database;
  private final KafkaProperties kafka;
  private final ConnectorProperties bounds;
  private final RelayMeters meters;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;

  private volatile State state = State.STANDBY;
  private volatile @Nullable SourceDatabase source;

  Relay(
      EventTable table,
      DatabaseProperties database,
      KafkaProperties kafka,
      ConnectorProperties bounds,
      RelayMeters meters) {
    this.table = table;
    this.database = database;
    this.kafka = kafka;
    this.bounds = bounds;
    this.meters = meters;
    this.thread = Thread.ofPlatform().name("relay-" + table.table()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Ends within a few seconds. */
  void stop() {
    stopping.countDown();
    thread.interrupt();
    var open = source;
    if (open != null) {
      open.close();
    }
    try {
      thread.join(Duration.ofSeconds(15));
    } catch (InterruptedException hurried) {
      Thread.currentThread().interrupt();
    }
  }

  State state() {
    return state;
  }

  /** Whether events are neither sent nor left to another instance. */
  boolean isStuck() {
    return state == State.FAILED || state == State.STOPPED || meters.isWaiting();
  }

  String topic() {
    return table.topic();
  }

  RelayMeters meters() {
    return meters;
  }

  private void run() {
    try {
      while (stopping.getCount() > 0) {
        try (var open = SourceDatabase.connect(table, database)) {
          source = open;
          standBy(open);
          relay(open);
        } catch (SQLException | RuntimeException failed) {
          failed(failed);
        }
        pause(bounds.retry());
      }
    } catch (InterruptedException stopped) {
      log.debug("{} is stopped", topic());
    } finally {
      state = State.STOPPED;
    }
  }

  private void failed(Exception failed) throws InterruptedException {
    if (stopping.getCount() == 0) {
      throw new InterruptedException("it is stopped");
    }
    var again = state == State.FAILED;
    state = State.FAILED;
    meters.failed(String.valueOf(failed.getMessage()));
    if (again) {
      log.debug("{} failed again", topic(), failed);
    } else {
      log.warn("{} failed and is tried again: {}", topic(), failed.getMessage());
    }
  }

  private void standBy(SourceDatabase open) throws SQLException, InterruptedException {
    while (!open.lock()) {
      if (state != State.STANDBY) {
        log.info("{}: another instance is the active one", topic());
      }
      state = State.STANDBY;
      meters.active(false);
      pause(bounds.retry());
    }
    meters.active(true);
  }

  private void relay(SourceDatabase open) throws SQLException, InterruptedException {
    new Topics(kafka).make(topic());
    var settings = KafkaSettings.producer(kafka, bounds);
    try (var writer =
        new TopicWriter(topic(), () -> new KafkaProducer<>(settings), bounds, meters, stopping)) {
      closeGap(open, writer);
      follow(open, writer);
    }
  }

  /** What the slot could not tell is read from the table and sent; it may be sent twice. */
  private void closeGap(SourceDatabase open, TopicWriter writer)
      throws SQLException, InterruptedException {
    var gap = gap(open);
    if (gap == null) {
      return;
    }
    state = State.RESYNC;
    log.info("{}: sending the events since transaction {} from the table", topic(), gap.since());
    for (var page = open.page(gap); !page.events().isEmpty(); page = open.page(page.rest())) {
      writer.write(page.events());
      meters.resynced(page.events().size());
      open.noteResync(page.rest());
    }
    open.noteStreaming(gap.since());
  }

  /** Where to begin to read the table; null when the slot tells everything. */
  private @Nullable Gap gap(SourceDatabase open) throws SQLException {
    var slot = open.slot();
    var usable = slot.isPresent() && !slot.get().lost();
    var progress = open.progress();
    if (progress.isPresent() && progress.get().sameServer() && usable) {
      return progress.get().complete() ? null : progress.get().gap();
    }
    var known = progress.isPresent() && progress.get().sameServer();
    var gap = Gap.since(known ? progress.orElseThrow().gap().since() : "0");
    var reason = reason(progress.isPresent(), known, slot);
    meters.resync(reason);
    log.warn(
        "{}: the slot cannot tell what to send ({}); docs/runbooks/ConnectorResync.md",
        topic(),
        reason.label());
    open.noteResync(gap);
    open.dropSlot();
    open.createSlot();
    return gap;
  }

  private static ResyncReason reason(boolean noted, boolean sameServer, Optional<Slot> slot) {
    if (!noted) {
      return ResyncReason.FIRST;
    }
    if (!sameServer) {
      return ResyncReason.MOVED;
    }
    return slot.isPresent() ? ResyncReason.LOST : ResyncReason.MISSING;
  }

  private void follow(SourceDatabase open, TopicWriter writer)
      throws SQLException, InterruptedException {
    try (var stream = new LogStream(table, open.server(), database, bounds, writer, meters)) {
      state = State.STREAMING;
      log.info("{}: sending the events that the log tells", topic());
      var mark = open.mark();
      var noted = System.nanoTime();
      var sent = 0L;
      while (true) {
        awaitEnd(stream);
        var slot = open.slot().orElseThrow(() -> new RelayException("the slot is gone", null));
        if (slot.lost()) {
          throw new RelayException("the slot is lost", null);
        }
        meters.lag(slot.behind());
        if (slot.confirmed() >= mark.lsn()) {
          meters.upToDateAt(mark.nanos());
          // What is noted is itself written to the log: not when nothing else was.
          if (writer.written() > sent && System.nanoTime() - noted > NOTE.toNanos()) {
            open.noteStreaming(mark.transaction());
            noted = System.nanoTime();
            sent = writer.written();
          }
          mark = open.mark();
        }
      }
    }
  }

  private static void awaitEnd(LogStream stream) throws InterruptedException {
    try {
      stream.ended().get(LOOK.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException goesOn) {
      return;
    } catch (ExecutionException ended) {
      throw new RelayException("reading the log ended: " + ended.getCause(), ended);
    }
  }

  private void pause(Duration time) throws InterruptedException {
    if (stopping.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedException("it is stopped");
    }
  }

  /** For people. */
  Map<String, Object> details() {
    var failure = meters.lastFailure();
    return failure == null
        ? Map.of("state", state)
        : Map.of("state", state, "lastFailure", failure);
  }
}
