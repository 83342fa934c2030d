package io.gatehouse.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.gateway.Leaks;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpResources;

/** Exchanges over raw bytes: each way an answer can come, and each moment somebody can leave. */
class UpstreamConnectionTest {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final GuardProperties GUARDS =
      new GuardProperties(
          Duration.ofSeconds(30), WAIT, 100_000, 3, Duration.ofHours(1), Duration.ofHours(1));
  private static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

  private final EventLoop loop = HttpResources.get().onServer(true).next();
  private final UpstreamService service =
      new UpstreamService("order-service", new BreakerProperties(50, WAIT), GUARDS);

  @AfterAll
  static void nothingLeaked() {
    assertThat(Leaks.found()).isEmpty();
  }

  @AfterEach
  void nothingIsInFlight() {
    await().until(() -> service.inFlight() == 0);
    for (var instance : service.instances()) {
      assertThat(instance.inFlight()).hasValue(0);
    }
    service.clear();
  }

  private void calling(RawServer server) {
    service.update(List.of(new Instance("127.0.0.1", server.port(), 0, WAIT, null)));
  }

  private Mono<UpstreamAnswer> call(HttpMethod method) {
    return Mono.defer(
        () ->
            UpstreamCall.of(
                service,
                new UpstreamRequest(
                    method, "/", new DefaultHttpHeaders(), UpstreamRequest.Body.NONE, WAIT),
                "caller",
                loop,
                GUARDS));
  }

  /** Status and body, or what went wrong. */
  private static Mono<String> read(Mono<UpstreamAnswer> call) {
    return call.flatMap(
            answer ->
                body(answer).map(text -> (answer.head().status().code() + " " + text).strip()))
        .onErrorResume(
            failed ->
                Mono.just(failed instanceof ApiException refused ? refused.code() : "broken off"));
  }

  private static Mono<String> body(UpstreamAnswer answer) {
    return switch (answer) {
      case UpstreamAnswer.Whole whole -> Mono.just(text(whole.body()));
      case UpstreamAnswer.Streamed streamed ->
          streamed.body().map(UpstreamConnectionTest::text).reduce("", String::concat);
    };
  }

  private static String text(ByteBuf buffer) {
    try {
      return buffer.toString(StandardCharsets.ISO_8859_1);
    } finally {
      buffer.release();
    }
  }

  private String get() {
    return read(call(HttpMethod.GET)).block(WAIT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        OK,
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\nx: y\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n" + OK,
        "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n" + OK,
      })
  void answer_isReadWhole_andTheConnectionServesTheNext(String bytes) throws IOException {
    try (var server = RawServer.saying(bytes)) {
      calling(server);

      assertThat(get()).isEqualTo("200 ok");
      assertThat(get()).isEqualTo("200 ok");
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\netag: \"1\"\r\n\r\n"
      })
  void answerWithoutBody_isComplete_whateverItsLengthSays(String bytes) throws IOException {
    try (var server = RawServer.saying(bytes)) {
      calling(server);

      assertThat(get()).isIn("204", "304");
      assertThat(get()).isIn("204", "304");
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void answerToHead_hasNoBody_andTheConnectionServesTheNext() throws IOException {
    try (var server =
        new RawServer(
            (head, out) ->
                out.write(
                    RawServer.latin1(
                        head.startsWith("HEAD") ? OK.substring(0, OK.length() - 2) : OK)))) {
      calling(server);

      assertThat(read(call(HttpMethod.HEAD)).block(WAIT)).isEqualTo("200");
      assertThat(get()).isEqualTo("200 ok");
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  @Test
  void answerThatEndsWithItsConnection_isWhole() throws IOException {
    try (var server =
        new RawServer(
            (_, out) -> {
              out.write(RawServer.latin1("HTTP/1.0 200 OK\r\n\r\nall of it"));
              out.flush();
              throw new IOException("done");
            })) {
      calling(server);

      assertThat(get()).isEqualTo("200 all of it");
      assertThat(get()).isEqualTo("200 all of it");
      assertThat(server.connections()).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\ncontent-len",
        "HTTP/1.1 100 Continue\r\n\r\n",
        "nonsense\r\n\r\n"
      })
  void headThatIsCutOff_isABadGateway(String bytes) throws IOException {
    try (var server =
        new RawServer(
            (_, out) -> {
              out.write(RawServer.latin1(bytes));
              out.flush();
              throw new IOException("cut off");
            })) {
      calling(server);

      assertThat(read(call(HttpMethod.POST)).block(WAIT)).isEqualTo("BAD_GATEWAY");
    }
  }

  @Test
  void bodyThatIsCutOff_isNotTakenForWhole() throws IOException {
    try (var server =
        new RawServer(
            (_, out) -> {
              out.write(RawServer.latin1("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf"));
              out.flush();
              throw new IOException("cut off");
            })) {
      calling(server);

      assertThat(get()).isEqualTo("broken off");
    }
  }

  @Test
  void answerTooMany_neverMeetsTheNextRequest() throws IOException {
    var requests = new AtomicInteger();
    try (var server =
        new RawServer(
            (_, out) ->
                out.write(
                    RawServer.latin1(
                        requests.incrementAndGet() == 1 ? OK + OK.replace("ok", "NO") : OK)))) {
      calling(server);

      for (var i = 0; i < 5; i++) {
        assertThat(get()).isEqualTo("200 ok");
      }
    }
  }

  @Test
  void bytesThatCameBeforeTheReader_areItsAll() throws IOException {
    var rest = new CountDownLatch(1);
    try (var server =
        new RawServer(
            (_, out) -> {
              out.write(RawServer.latin1("HTTP/1.1 200 OK\r\ncontent-length: 600000\r\n\r\n"));
              out.write(new byte[300_000]);
              out.flush();
              awaitQuietly(rest);
              out.write(new byte[300_000]);
            })) {
      calling(server);
      var answer = (UpstreamAnswer.Streamed) call(HttpMethod.GET).block(WAIT);
      rest.countDown();

      var size =
          answer
              .body()
              .map(UpstreamConnectionTest::text)
              .map(String::length)
              .reduce(0, Integer::sum);

      assertThat(size.block(WAIT)).isEqualTo(600_000);
    }
  }

  @Test
  void slowReader_holdsTheServiceBack_andGetsAll() throws IOException {
    var sent = new AtomicInteger();
    try (var server =
        new RawServer(
            (_, out) -> {
              out.write(RawServer.latin1("HTTP/1.1 200 OK\r\ncontent-length: 50000000\r\n\r\n"));
              for (var i = 0; i < 1000; i++) {
                out.write(new byte[50_000]);
                sent.addAndGet(50_000);
              }
            })) {
      calling(server);
      var received = new AtomicInteger();
      var answer = (UpstreamAnswer.Streamed) call(HttpMethod.GET).block(WAIT);
      var reader = new OneAtATime(received);
      answer.body().subscribe(reader);
      await().until(() -> received.get() > 0);

      assertThat(sent).as("while nobody asks for more").hasValueLessThan(40_000_000);
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

      assertThat(answer.body().map(UpstreamConnectionTest::text).blockFirst(WAIT)).isEqualTo("a");

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
                      exchanges.add(usable.send(request(), "x", listener));
                    }

                    @Override
                    public void notConnected(Throwable cause) {}
                  }));
      await().until(() -> answers.get() == 1);
      loop.execute(() -> exchanges.add(connection.getFirst().send(request(), "x", listener)));

      loop.execute(() -> exchanges.getFirst().abandon());
      exchanges.getFirst().cancel();

      await().until(() -> answers.get() == 2);
      assertThat(server.connections()).isEqualTo(1);
    }
  }

  private static UpstreamRequest request() {
    return new UpstreamRequest(
        HttpMethod.GET, "/", new DefaultHttpHeaders(), UpstreamRequest.Body.NONE, WAIT);
  }

  /** Counts answers, and a break as a hundred. */
  private record Counting(AtomicInteger answers) implements UpstreamExchange.Listener {
    @Override
    public void answered(UpstreamAnswer answer) {
      answer.discard();
      answers.incrementAndGet();
    }

    @Override
    public void broken(Throwable cause) {
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

  private Mono<UpstreamAnswer> call(String uri) {
    return Mono.defer(
        () ->
            UpstreamCall.of(
                service,
                new UpstreamRequest(
                    HttpMethod.GET, uri, new DefaultHttpHeaders(), UpstreamRequest.Body.NONE, WAIT),
                "caller",
                loop,
                GUARDS));
  }

  private static void awaitQuietly(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException(stopped);
    }
  }
}
