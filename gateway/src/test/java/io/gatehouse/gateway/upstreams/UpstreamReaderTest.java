package io.gatehouse.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;

/** The moments in which a reader leaves, fails or takes its time. */
class UpstreamReaderTest extends UpstreamFixture {

  @Test
  void slowReader_getsAll() throws IOException {
    try (var server =
        new RawServer(
            (_, out) -> {
              out.write(RawServer.latin1("HTTP/1.1 200 OK\r\ncontent-length: 50000000\r\n\r\n"));
              for (var i = 0; i < 1000; i++) {
                out.write(new byte[50_000]);
              }
            })) {
      calling(server);
      var received = new AtomicInteger();
      var answer = (UpstreamAnswer.Streamed) call(HttpMethod.GET).block(WAIT);
      var reader = new OneAtATime(received);
      answer.body().subscribe(reader);
      await().until(() -> received.get() > 0);

      while (!reader.isDisposed()) {
        reader.request(1);
        LockSupport.parkNanos(1_000);
      }
      assertThat(received).hasValue(50_000_000);
    }
  }

  /** Asks for a piece when told to. */
  private static final class OneAtATime extends BaseSubscriber<ByteBuf> {
    private final AtomicInteger received;

    OneAtATime(AtomicInteger received) {
      this.received = received;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      request(1);
    }

    @Override
    protected void hookOnNext(ByteBuf value) {
      received.addAndGet(value.readableBytes());
      value.release();
    }
  }

  @Test
  void readerThatLeaves_closesItsConnection_andOnlyThat() throws IOException {
    try (var server =
        new RawServer(
            (_, out) -> {
              out.write(RawServer.latin1("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"));
              out.write(RawServer.latin1("1\r\na\r\n"));
            })) {
      calling(server);
      var answer = (UpstreamAnswer.Streamed) call(HttpMethod.GET).block(WAIT);

      assertThat(answer.body().map(UpstreamFixture::text).blockFirst(WAIT)).isEqualTo("a");

      server.awaitClosed();
    }
  }

  @Test
  void answerThatNobodyReads_isGivenBack_andLateCancelsTouchNoOther() throws IOException {
    try (var server = RawServer.saying(OK)) {
      calling(server);
      var exchanges = new ArrayList<UpstreamExchange>();
      var connection = new ArrayList<UpstreamConnection>();
      var pool = service.instances().getFirst().pool(loop);
      var answers = new AtomicInteger();
      var listener = new Counting(answers);
      loop.execute(
          () ->
              pool.acquire(
                  new UpstreamPool.Borrower() {
                    @Override
                    public void connected(UpstreamConnection usable) {
                      connection.add(usable);
                      exchanges.add(usable.send(request(HttpMethod.GET, "/"), "x", listener));
                    }

                    @Override
                    public void notConnected(Throwable cause) {}
                  }));
      await().until(() -> answers.get() == 1);
      loop.execute(
          () ->
              exchanges.add(
                  connection.getFirst().send(request(HttpMethod.GET, "/"), "x", listener)));

      loop.execute(() -> exchanges.getFirst().abandon());
      exchanges.getFirst().cancel();

      await().until(() -> answers.get() == 2);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  /** Counts answers, and a break as a hundred. */
  private record Counting(AtomicInteger answers) implements AnswerListener {
    @Override
    public void answered(UpstreamAnswer answer) {
      answer.discard();
      answers.incrementAndGet();
    }

    @Override
    public void broken(Throwable cause) {
      answers.addAndGet(100);
    }

    @Override
    public void failed(UpstreamAnswer answer, Throwable thrown) {
      answers.addAndGet(100);
    }
  }

  @Test
  void cancellationsAtAnyMoment_leakNothing_andTakeNoOthersAnswer() throws IOException {
    var random = new Random(42);
    try (var server =
        new RawServer(
            (head, out) -> {
              var size = head.contains("GET /large") ? 400_000 : 10;
              out.write(
                  RawServer.latin1("HTTP/1.1 200 OK\r\ncontent-length: " + size + "\r\n\r\n"));
              out.write(new byte[size]);
            })) {
      calling(server);
      var running = new ArrayList<Disposable>();
      for (var i = 0; i < 5_000; i++) {
        var uri = random.nextInt(4) == 0 ? "/large" : "/small";
        running.add(read(call(uri)).subscribe());
        for (var parked = random.nextInt(400_000); parked > 0; parked -= 100_000) {
          LockSupport.parkNanos(Math.min(parked, 100_000));
        }
        if (running.size() > 20) {
          running.remove(random.nextInt(running.size())).dispose();
        }
        if (i % 500 == 0) {
          assertThat(read(call("/small")).block(WAIT)).startsWith("200");
        }
      }
      running.forEach(Disposable::dispose);
      assertThat(read(call("/large")).block(WAIT)).startsWith("200");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 400_000})
  void readerThatFails_isToldSoAtOnce_andOthersAreServed(int size) throws IOException {
    try (var server =
        new RawServer(
            (_, out) -> {
              out.write(
                  RawServer.latin1("HTTP/1.1 200 OK\r\ncontent-length: " + size + "\r\n\r\n"));
              out.write(new byte[size]);
            })) {
      calling(server);
      var reader = new Failing();

      call(HttpMethod.GET).subscribe(reader);

      await().until(() -> reader.told.get() != null);
      assertThat(reader.told.get()).hasMessage("the reader's own fault");
      assertThat(get()).startsWith("200");
    }
  }

  /** Throws when it gets its answer, as only a broken operator does. */
  private static final class Failing implements CoreSubscriber<UpstreamAnswer> {
    private final AtomicReference<@Nullable Throwable> told = new AtomicReference<>();

    @Override
    public void onSubscribe(Subscription subscription) {
      subscription.request(1);
    }

    @Override
    public void onNext(UpstreamAnswer answer) {
      answer.discard();
      throw new IllegalStateException("the reader's own fault");
    }

    @Override
    public void onError(Throwable failure) {
      told.set(failure);
    }

    @Override
    public void onComplete() {}
  }
}
