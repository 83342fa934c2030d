package io.gatehouse.gateway.upstreams;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.Leaks;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.adapter.ReactorNettyWebSocketSession;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * A client of a real server that leaves without a word; {@code WebSocketTest} has those that stay.
 */
class WatchedSessionTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** The server's side of one, which is made a session elsewhere than on its event loop. */
  private record Socket(WebsocketInbound in, WebsocketOutbound out) {
    WatchedSession session() {
      var about = new HandshakeInfo(URI.create("/"), new HttpHeaders(), Mono.empty(), null);
      var buffers = new NettyDataBufferFactory(out.alloc());
      return new WatchedSession(new ReactorNettyWebSocketSession(in, out, about, buffers));
    }
  }

  private final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
  private final Semaphore gone = new Semaphore(0);
  private DisposableServer server;

  @BeforeEach
  void start() {
    server =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((_, response) -> response.sendWebsocket(this::hold))
            .bindNow();
  }

  private Mono<Void> hold(WebsocketInbound in, WebsocketOutbound out) {
    in.withConnection(connection -> connection.onDispose(gone::release));
    sockets.add(new Socket(in, out));
    return Mono.never();
  }

  @AfterEach
  void stop() {
    server.disposeNow();
  }

  @Test
  void clientThatIsGone_isSentNoCloseFrame_whichNobodyWouldRelease() throws InterruptedException {
    for (var n = 0; n < 100; n++) {
      var client = HttpClient.create().websocket().uri("ws://127.0.0.1:" + server.port()).connect();
      client.block(LIMIT).channel().close();
      var socket = sockets.poll(LIMIT.toSeconds(), SECONDS);
      assertThat(gone.tryAcquire(LIMIT.toSeconds(), SECONDS)).isTrue();

      socket.session().close(CloseStatus.SERVER_ERROR.withReason("it is not there")).block(LIMIT);
    }

    assertThat(Leaks.found()).isEmpty();
  }
}
