package io.gatehouse.connector;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events to a topic, in order, and comes back only when the brokers have all of them. While
 * they are away it waits, so that whoever reads the database waits too: nothing is dropped, nothing
 * is gathered.
 *
 * <p>A batch of which something failed, or was not acknowledged in time, is sent again from its
 * first event by a new producer. The old one ends with the first failure, whoever sees it first,
 * and sends nothing more: a later event of a key must not overtake one that failed. What comes
 * twice is in order both times.
 */
final class TopicWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TopicWriter.class);

  private final String topic;
  private final Supplier<Producer<String, String>> producers;
  private final Duration deliveryTimeout;
  private final Duration retry;
  private final RelayMeters meters;
  private final CountDownLatch stopping;
  private final AtomicLong written = new AtomicLong();

  private @Nullable Producer<String, String> producer;
  private boolean closed;

  /**
   * Connects when there is something to write.
   *
   * @param producers each one new, with the settings of {@link KafkaSettings#producer}
   * @param stopping open once nobody wants to wait any more
   */
  TopicWriter(
      String topic,
      Supplier<Producer<String, String>> producers,
      ConnectorProperties properties,
      RelayMeters meters,
      CountDownLatch stopping) {
    this.topic = topic;
    this.producers = producers;
    this.deliveryTimeout = properties.deliveryTimeout();
    this.retry = properties.retry();
    this.meters = meters;
    this.stopping = stopping;
  }

  /**
   * Returns once the brokers have acknowledged every event.
   *
   * @throws InterruptedException when whoever waits is interrupted, or the writer is closed: some
   *     may have arrived
   */
  void write(List<PublishedEvent> events) throws InterruptedException {
    if (events.isEmpty()) {
      return;
    }
    for (var attempt = 1; !delivered(events); attempt++) {
      meters.undelivered(events.size());
      if (attempt == 1) {
        log.warn("{}: the brokers do not acknowledge; waiting for them", topic);
      }
      if (stopping.await(retry.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new InterruptedException("it is stopped");
      }
    }
    meters.delivered(events.size());
    written.addAndGet(events.size());
  }

  /** How many events the brokers have acknowledged. */
  long written() {
    return written.get();
  }

  private boolean delivered(List<PublishedEvent> events) throws InterruptedException {
    try {
      send(events, producer());
      return true;
    } catch (ExecutionException
        | KafkaException
        | TimeoutException
        // So Kafka says that a producer has ended.
        | IllegalStateException failed) {
      log.debug("{}: a batch was not acknowledged", topic, failed);
      meters.failed(reason(failed));
      return false;
    }
  }

  private void send(List<PublishedEvent> events, Producer<String, String> open)
      throws ExecutionException, TimeoutException, InterruptedException {
    var deadline = System.nanoTime() + deliveryTimeout.toNanos();
    var failedOnce = new AtomicBoolean();
    var acknowledged = false;
    try {
      var acknowledgements = new ArrayList<Future<RecordMetadata>>(events.size());
      for (var event : events) {
        var acknowledgement =
            open.send(
                event.to(topic),
                (_, failed) -> {
                  // On the producer's own thread, before that sends what comes next.
                  if (failed != null && failedOnce.compareAndSet(false, true)) {
                    open.close(Duration.ZERO);
                  }
                });
        if (acknowledgement.isDone() || deadline - System.nanoTime() < 0) {
          // Without metadata or room each waits and fails by itself; the next one might not.
          acknowledgement.get(0, TimeUnit.NANOSECONDS);
        }
        acknowledgements.add(acknowledgement);
      }
      for (var acknowledgement : acknowledgements) {
        acknowledgement.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
      acknowledged = true;
    } finally {
      if (!acknowledged) {
        end(open);
      }
    }
  }

  private static String reason(Exception failed) {
    var cause = failed instanceof ExecutionException ? failed.getCause() : failed;
    return cause == null ? failed.toString() : cause.toString();
  }

  /** Only the thread that writes makes one, but any may close. */
  private synchronized Producer<String, String> producer() throws InterruptedException {
    if (closed) {
      throw new InterruptedException("the writer is closed");
    }
    var open = producer;
    if (open == null) {
      open = producers.get();
      producer = open;
    }
    return open;
  }

  private void end(Producer<String, String> open) {
    synchronized (this) {
      producer = null;
    }
    open.close(Duration.ZERO);
  }

  /** Ends at once: what was not acknowledged is not sent any more, nor what is written later. */
  @Override
  public void close() {
    Producer<String, String> open;
    synchronized (this) {
      closed = true;
      open = producer;
    }
    if (open != null) {
      end(open);
    }
  }
}
