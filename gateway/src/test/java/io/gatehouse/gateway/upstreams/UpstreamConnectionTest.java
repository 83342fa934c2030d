package io.gatehouse.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exchanges over raw bytes: each way an answer can come. */
class UpstreamConnectionTest extends UpstreamFixture {

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

      var status = bytes.substring("HTTP/1.1 ".length(), "HTTP/1.1 204".length());
      assertThat(get()).isEqualTo(status);
      assertThat(get()).isEqualTo(status);
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
  void instanceThatLeavesWhileItIsAsked_isReplacedByTheOneThatIsLeft() throws IOException {
    try (var staying = RawServer.saying(OK);
        var leaving =
            new RawServer(
                (_, _) -> {
                  calling(staying);
                  throw new IOException("stopped");
                })) {
      calling(leaving);

      assertThat(get()).isEqualTo("200 ok");
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
          answer.body().map(UpstreamFixture::text).map(String::length).reduce(0, Integer::sum);

      assertThat(size.block(WAIT)).isEqualTo(600_000);
    }
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
