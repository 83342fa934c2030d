package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** What a client sends behind its request's body: passed on where the body streams. */
@TestPropertySource(
    properties = "spring.config.additional-location=classpath:request-trailers-routes.yml")
class RequestTrailersTest extends GatewayFixture {
  private static final BlockingQueue<Map<String, String>> TRAILERS = new LinkedBlockingQueue<>();
  private static final AtomicInteger RUNNING = new AtomicInteger();
  private static final DisposableServer SERVICE =
      HttpServer.create()
          .host("127.0.0.1")
          .port(0)
          .protocol(HttpProtocol.HTTP11, HttpProtocol.H2C)
          .handle(
              (request, response) -> {
                RUNNING.incrementAndGet();
                return Mono.from(answer(request, response))
                    .doFinally(_ -> RUNNING.decrementAndGet());
              })
          .bindNow();

  @DynamicPropertySource
  static void service(DynamicPropertyRegistry properties) {
    properties.add("test.service-port", SERVICE::port);
  }

  @AfterAll
  static void stopped() {
    SERVICE.disposeNow();
  }

  @BeforeEach
  void noneCame() {
    TRAILERS.clear();
    ORDERS.answering(RequestTrailersTest::answer);
  }

  /** With the body, and a note of what came behind it. */
  private static Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
    request.withConnection(connection -> connection.addHandlerFirst("notes", new Notes()));
    return request
        .receive()
        .aggregate()
        .asString()
        .defaultIfEmpty("")
        .flatMap(body -> response.sendString(Mono.just("got " + body)).then());
  }

  private static final class Notes extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof LastHttpContent last) {
        var trailers = new LinkedHashMap<String, String>();
        last.trailingHeaders().forEach(line -> trailers.put(line.getKey(), line.getValue()));
        TRAILERS.add(trailers);
        context.pipeline().remove(this);
      }
      context.fireChannelRead(message);
    }
  }

  private static Map<String, String> came() throws InterruptedException {
    var trailers = TRAILERS.poll(30, TimeUnit.SECONDS);
    assertThat(trailers).isNotNull();
    return trailers;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/two/a", "/chunked/a"})
  void trailers_passFromHttp2_exceptWhatComesTooLateOrIsTheGateways(String path) throws Exception {
    try (var client = Http2Wire.connected(https.port())) {
      for (var stream = 1; stream <= 3; stream += 2) {
        client
            .request(stream, false, "PUT", path)
            .data(stream, false, (byte) 'h', (byte) 'i')
            .head(
                stream,
                true,
                "x-checksum",
                "abc",
                "x-user-id",
                "somebody",
                "authorization",
                "Bearer none",
                "if-match",
                "\"1\"")
            .flush();

        assertThat(client.answer(stream).body()).isEqualTo("got hi");
        assertThat(came()).isEqualTo(Map.of("x-checksum", "abc"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/two/a", "/chunked/a"})
  void trailers_passFromHttp1_behindTheLastChunk(String path) throws Exception {
    assertThat(chunked(path, "x-checksum: abc\r\nx-hop: 1\r\nforwarded: for=1.2.3.4\r\n"))
        .startsWith("HTTP/1.1 200 ")
        .contains("got hi");
    assertThat(came()).isEqualTo(Map.of("x-checksum", "abc"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/two/a", "/chunked/a", "/fast/a"})
  void requestWithoutTrailers_hasNone_onTheConnectionOfOneThatHad(String path) throws Exception {
    chunked(path, "x-checksum: abc\r\n");
    came();

    assertThat(chunked(path, "")).startsWith("HTTP/1.1 200 ").contains("got hi");

    assertThat(came()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/fast/a"})
  void trailersOfABodyThatIsHeld_areDropped(String path) throws Exception {
    assertThat(chunked(path, "x-checksum: abc\r\n")).startsWith("HTTP/1.1 200 ").contains("got hi");
    assertThat(came()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/two/a", "/chunked/a"})
  void trailersBehindAnAnnouncedLength_overHttp2_keepTheBodyWhole(String path) throws Exception {
    try (var client = Http2Wire.connected(https.port())) {
      client
          .request(1, false, "PUT", path, "content-length", "2")
          .data(1, false, (byte) 'h', (byte) 'i')
          .head(1, true, "x-checksum", "abc")
          .flush();

      assertThat(client.answer(1).body()).isEqualTo("got hi");
      assertThat(came())
          .isEqualTo(path.startsWith("/two") ? Map.of("x-checksum", "abc") : Map.of());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/two/a, true", "/chunked/a, true", "/fast/a, true",
    "/two/a, false", "/chunked/a, false", "/fast/a, false"
  })
  void trailersThatAreTooLarge_areRefused_andTheServiceIsLetGo(String path, boolean http2) {
    var large = "v".repeat(20_000);
    if (http2) {
      try (var client = Http2Wire.connected(https.port())) {
        client
            .request(1, false, "PUT", path)
            .data(1, false, (byte) 'h', (byte) 'i')
            .head(1, true, "x-large", large)
            .flush();

        assertThat(client.answer(1).status()).isEqualTo(431);
      }
    } else {
      assertThat(chunked(path, "x-large: " + large + "\r\n")).startsWith("HTTP/1.1 431 ");
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> RUNNING.get() + ORDERS.running() == 0);
    assertThat(chunked(path, "")).startsWith("HTTP/1.1 200 ");
  }

  /** The answer to a chunked request with these lines behind it. */
  private String chunked(String path, String trailers) {
    return raw(
        "PUT %s HTTP/1.1\r\nHost: a\r\nConnection: close, x-hop\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n%s\r\n"
            .formatted(path, trailers));
  }
}
