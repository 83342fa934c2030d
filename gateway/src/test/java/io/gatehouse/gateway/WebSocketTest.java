package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.gatehouse.gateway.upstreams.OpenStreams;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.net.URI;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import reactor.netty.http.server.WebsocketServerSpec;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/** WebSockets through the real port, by the JDK's client. */
@TestPropertySource(
    properties = {
      "spring.config.additional-location=classpath:websocket-routes.yml",
      "gatehouse.streams.per-user=2"
    })
class WebSocketTest extends GatewayFixture {
  private static final String SPOKEN = "orders.v1";

  @Autowired private OpenStreams streams;

  private final AtomicInteger open = new AtomicInteger();

  @BeforeEach
  void echo() {
    USERS.answering(
        (request, response) ->
            request.requestHeaders().contains("sec-websocket-protocol")
                ? response.sendWebsocket(
                    this::echo, WebsocketServerSpec.builder().protocols(SPOKEN).build())
                : response.sendWebsocket(this::echo));
  }

  private Publisher<Void> echo(WebsocketInbound in, WebsocketOutbound out) {
    open.incrementAndGet();
    return out.sendObject(in.aggregateFrames().receiveFrames().doOnNext(WebSocketFrame::retain))
        .then()
        .doFinally(_ -> open.decrementAndGet());
  }

  @Test
  void messages_passBothWays() throws Exception {
    var client = new SocketClient();
    var socket = connect(client, "/ws/echo?a=b", TOKENS.user("ada"));

    socket.sendText("hello", true);

    assertThat(client.next()).isEqualTo("hello");
    assertThat(USERS.last().uri()).isEqualTo("/ws/echo?a=b");
    assertThat(USERS.last().headers())
        .containsKey("x-request-id")
        .containsEntry("x-forwarded-for", "127.0.0.1");

    socket.sendClose(WebSocket.NORMAL_CLOSURE, "bye").join();
    assertThat(client.closed()).isEqualTo("1000 bye");
    await().until(() -> open.get() == 0);
  }

  @Test
  void token_isChecked_atTheUpgrade() {
    assertThat(refused("/ws/echo", "a.b.c")).isEqualTo(401);
    assertThat(USERS.received()).isEmpty();
  }

  @Test
  void browser_sendsItsToken_amongTheProtocols() throws Exception {
    var token = TOKENS.user("cyd");
    var client = new SocketClient();
    var socket =
        CLIENT
            .newWebSocketBuilder()
            .subprotocols("bearer", token, SPOKEN)
            .buildAsync(ws("/ws/echo"), client)
            .join();

    assertThat(socket.getSubprotocol()).isEqualTo(SPOKEN);
    socket.sendText("hello", true);
    assertThat(client.next()).isEqualTo("hello");
    assertThat(USERS.last().headers())
        .containsEntry("authorization", "Bearer " + token)
        .containsEntry("sec-websocket-protocol", SPOKEN);
    socket.abort();
  }

  @Test
  void browser_withNoOtherProtocol_isAnsweredWithBearer() {
    var socket =
        CLIENT
            .newWebSocketBuilder()
            .subprotocols("bearer", TOKENS.user("dan"))
            .buildAsync(ws("/ws/echo"), new SocketClient())
            .join();

    assertThat(socket.getSubprotocol()).isEqualTo("bearer");
    socket.abort();
  }

  @Test
  void npmsClient_isServed() throws Exception {
    var node = NodeTool.installed("ws", 1);

    var outcome = node.run(1, "node", "client.js", ws("/ws/echo").toString(), TOKENS.user("joe"));

    assertThat(outcome.lines())
        .containsExactly(
            "text 5",
            "bytes 50000",
            "pong",
            "closed 1000",
            "protocol bearer text 5",
            "without a token 401");
  }

  @Test
  void session_ends_whenItsTokenIsRevoked() throws Exception {
    var client = new SocketClient();
    connect(client, "/ws/echo", TOKENS.user("eve"));
    await().until(() -> open.get() == 1);

    streams.endIf(token -> token.subject().equals("eve"));

    try {
      assertThat(client.closed()).isEqualTo("1008 the token has ended");
      await().until(() -> open.get() == 0);
    } finally {
      streams.endIf(_ -> false);
    }
  }

  @Test
  void session_ends_whenItsTokenExpires() throws Exception {
    var client = new SocketClient();
    var _ =
        connect(
            client,
            "/ws/echo",
            TOKENS.token(
                claims ->
                    claims.subject("fay").expirationTime(Date.from(Instant.now().plusSeconds(4)))));

    assertThat(client.closed()).isEqualTo("1008 the token has ended");
  }

  @Test
  void sessions_areTwentyForEachCaller_orAsManyAsIsSet() throws Exception {
    var token = TOKENS.user("gus");
    var first = new SocketClient();
    var socket = connect(first, "/ws/echo", token);
    var second = connect(new SocketClient(), "/ws/echo", token);

    assertThat(refused("/ws/echo", token)).isEqualTo(429);
    var other = connect(new SocketClient(), "/ws/echo", TOKENS.user("grace"));

    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    first.closed();
    await().until(() -> connects("/ws/echo", token));
    second.abort();
    other.abort();
  }

  @Test
  void session_isClosed_whenTheServiceIsNotThere() throws Exception {
    var client = new SocketClient();
    connect(client, "/ws/nobody", TOKENS.user("hal"));

    assertThat(client.closed()).isEqualTo("1011 the service is not there");
  }

  @Test
  void plainRequest_getsAnError() {
    var answer = get("/ws/echo", TOKENS.user("ivy"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":\"MALFORMED_REQUEST\"");
  }

  private boolean connects(String path, String token) {
    try {
      connect(new SocketClient(), path, token).abort();
      return true;
    } catch (CompletionException _) {
      return false;
    }
  }

  private int refused(String path, String token) {
    var thrown =
        catchThrowableOfType(
            CompletionException.class, () -> connect(new SocketClient(), path, token));
    return ((WebSocketHandshakeException) thrown.getCause()).getResponse().statusCode();
  }

  private WebSocket connect(SocketClient client, String path, String token) {
    return CLIENT
        .newWebSocketBuilder()
        .header("Authorization", "Bearer " + token)
        .buildAsync(ws(path), client)
        .join();
  }

  private URI ws(String path) {
    return URI.create("ws://127.0.0.1:" + port + path);
  }
}
