package io.gatehouse.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class TopicWriterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Deque<Producer<String, String>> producers = new ArrayDeque<>();
  private final List<PublishedEvent> batch = List.of(event(1), event(2), event(3));
  private TopicWriter writer = writer(Duration.ofHours(1));

  @AfterEach
  void close() {
    writer.close();
  }

  @Test
  void laterEvent_isNotSent_whenAnEarlierOneFoundNoBrokersOrNoRoom() throws Exception {
    var first = new WithoutRoomForTheSecond();
    var second = new Answering();
    producers.addAll(List.of(first, second));

    writer.write(batch);

    assertThat(sentBy(first)).containsExactly("1");
    assertThat(first.closed()).isTrue();
    assertThat(sentBy(second)).containsExactly("1", "2", "3");
    assertThat(writer.written()).isEqualTo(3);
  }

  @Test
  void producer_endsInTheCallback_whenTheBrokersRefuseAnEventBehindOneThatWaits() throws Exception {
    var first = new Waiting();
    var second = new Answering();
    producers.addAll(List.of(first, second));
    var writing = write();
    await().atMost(PATIENCE).until(() -> first.callbacks.size() == 3);

    first.refuse(1);
    assertThat(first.closed()).isTrue();

    writing.join();
    assertThat(first.closings).isLessThanOrEqualTo(2);
    assertThat(sentBy(second)).containsExactly("1", "2", "3");
    assertThat(writer.written()).isEqualTo(3);
  }

  @Test
  void batch_goesToANewProducerFromItsFirstEvent_whenItIsNotAcknowledgedInTime() throws Exception {
    writer = writer(Duration.ofMillis(50));
    var first = new Waiting();
    var second = new Answering();
    producers.addAll(List.of(first, second));

    writer.write(batch);

    assertThat(first.closed()).isTrue();
    assertThat(sentBy(second)).containsExactly("1", "2", "3");
  }

  @Test
  void nextBatch_goesToTheSameProducer_onceTheOneBeforeIsAcknowledged() throws Exception {
    var only = new Answering();
    producers.add(only);

    writer.write(batch);
    writer.write(List.of(event(4)));

    assertThat(sentBy(only)).containsExactly("1", "2", "3", "4");
    assertThat(only.closed()).isFalse();
  }

  @Test
  void writing_endsForGood_whenItIsClosedMeanwhile() {
    var first = new Waiting();
    producers.add(first);
    var writing = write();
    await().atMost(PATIENCE).until(() -> first.callbacks.size() == 3);

    writer.close();

    assertThatThrownBy(writing::join).hasRootCauseInstanceOf(InterruptedException.class);
    assertThatThrownBy(() -> writer.write(batch)).isInstanceOf(InterruptedException.class);
    assertThat(first.closed()).isTrue();
    assertThat(writer.written()).isZero();
  }

  private TopicWriter writer(Duration deliveryTimeout) {
    var bounds =
        new ConnectorProperties(
            DataSize.ofMegabytes(4),
            DataSize.ofMegabytes(4),
            deliveryTimeout,
            Duration.ofMillis(1));
    return new TopicWriter(
        "gatehouse.orders",
        producers::removeFirst,
        bounds,
        new RelayMeters(new SimpleMeterRegistry(), "gatehouse.orders"),
        new CountDownLatch(1));
  }

  private CompletableFuture<Void> write() {
    return CompletableFuture.runAsync(
        () -> {
          try {
            writer.write(batch);
          } catch (InterruptedException ended) {
            throw new IllegalStateException(ended);
          }
        });
  }

  private static List<String> sentBy(MockProducer<String, String> producer) {
    return producer.history().stream().map(ProducerRecord::value).toList();
  }

  private static PublishedEvent event(int version) {
    return new PublishedEvent(
        "order",
        "ItemsChanged",
        1,
        version,
        "7." + version,
        "2026-11-22T10:00:00.000001Z",
        null,
        Integer.toString(version));
  }

  private static class Answering extends MockProducer<String, String> {
    Answering() {
      super(true, null, new StringSerializer(), new StringSerializer());
    }
  }

  /** As Kafka's own does, it tells the timeout of its wait in the future, and goes on. */
  private static final class WithoutRoomForTheSecond extends Answering {
    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<String, String> event, Callback callback) {
      return event.value().equals("2")
          ? CompletableFuture.failedFuture(new TimeoutException("no room"))
          : super.send(event, callback);
    }
  }

  /** Nothing is acknowledged before the end. */
  private static final class Waiting extends Answering {
    private final List<Callback> callbacks = new CopyOnWriteArrayList<>();
    private final List<CompletableFuture<RecordMetadata>> acknowledgements = new ArrayList<>();
    private int closings;

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<String, String> event, Callback callback) {
      var acknowledgement = new CompletableFuture<RecordMetadata>();
      acknowledgements.add(acknowledgement);
      callbacks.add(callback);
      return acknowledgement;
    }

    void refuse(int index) {
      var refusal = new TopicAuthorizationException("no longer allowed");
      callbacks.get(index).onCompletion(null, refusal);
      acknowledgements.get(index).completeExceptionally(refusal);
    }

    /** As Kafka's own does, it tells everybody who waits. */
    @Override
    public synchronized void close(Duration timeout) {
      super.close(timeout);
      closings++;
      var end = new KafkaException("Producer is closed forcefully.");
      for (var index = 0; index < callbacks.size(); index++) {
        if (acknowledgements.get(index).completeExceptionally(end)) {
          callbacks.get(index).onCompletion(null, end);
        }
      }
    }
  }
}
