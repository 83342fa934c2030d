package io.gatehouse.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.netty.http.HttpResources;

/** When a connection is read, step by step: never ahead of its reader. */
class UpstreamDemandTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final UpstreamPool pool =
      new UpstreamPool(
          HttpResources.get().onServer(true).next(),
          InetSocketAddress.createUnresolved("localhost", 1),
          Duration.ofSeconds(1),
          null);
  private final List<UpstreamAnswer> answers = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private final UpstreamConnection connection = new UpstreamConnection(pool, channel, 0);
  private boolean failing;

  @BeforeEach
  void send() {
    channel.pipeline().addLast(connection);
    var _ =
        connection.send(
            UpstreamFixture.request(HttpMethod.GET, "/"),
            "localhost",
            new AnswerListener() {
              @Override
              public void answered(UpstreamAnswer answer) {
                answers.add(answer);
                if (failing) {
                  throw new IllegalStateException("own fault");
                }
              }

              @Override
              public void broken(Throwable cause) {
                failures.add(cause);
              }

              @Override
              public void failed(UpstreamAnswer answer, Throwable thrown) {
                failures.add(thrown);
              }
            });
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
    pool.retire();
  }

  private static final class Reader extends BaseSubscriber<ByteBuf> {
    private int received;

    @Override
    protected void hookOnSubscribe(Subscription subscription) {}

    @Override
    protected void hookOnNext(ByteBuf piece) {
      received++;
      piece.release();
    }
  }

  private void head() {
    channel.writeInbound(new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
  }

  private void piece() {
    channel.writeInbound(new DefaultHttpContent(Unpooled.copiedBuffer(new byte[100])));
  }

  private boolean isRead() {
    return channel.config().isAutoRead();
  }

  @Test
  void connection_isRead_onlyWhileItsReaderWantsMore() {
    head();
    assertThat(isRead()).as("before there is a reader").isFalse();
    var reader = new Reader();
    ((UpstreamAnswer.Streamed) answers.getFirst()).body().subscribe(reader);
    assertThat(isRead()).as("before it asks").isFalse();

    reader.request(2);
    assertThat(isRead()).as("it wants two").isTrue();
    piece();
    assertThat(isRead()).as("it wants one").isTrue();
    piece();
    assertThat(isRead()).as("it has all it wanted").isFalse();
    piece();
    assertThat(reader.received).isEqualTo(2);
    assertThat(isRead()).isFalse();

    reader.request(1);
    assertThat(reader.received).isEqualTo(3);
    assertThat(isRead()).as("it has all again").isFalse();
  }

  @Test
  void connection_isNotRead_whileItsReadersSideIsFull() {
    head();
    var reader = new Reader();
    var body = ((UpstreamAnswer.Streamed) answers.getFirst()).body();
    var room = new boolean[1];
    body.pacedBy(() -> room[0]);
    body.subscribe(reader);

    reader.request(Long.MAX_VALUE);
    assertThat(isRead()).isFalse();
    room[0] = true;
    body.proceed();
    assertThat(isRead()).isTrue();
  }

  @Test
  void faultOfWhoIsAnswered_isToldToIt_andItsAnswerIsGivenUp() {
    failing = true;

    head();

    assertThat(failures).singleElement().extracting(Throwable::getMessage).isEqualTo("own fault");
    assertThat(channel.isActive()).as("the rest of the answer cannot be read past").isFalse();
  }
}
