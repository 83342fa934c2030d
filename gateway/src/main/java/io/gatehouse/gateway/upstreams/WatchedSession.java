package io.gatehouse.gateway.upstreams;

import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.HandshakeInfo;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/** Knows when a message last passed, either way. */
final class WatchedSession implements WebSocketSession {
  private final WebSocketSession session;
  private volatile long lastMessage = System.nanoTime();

  WatchedSession(WebSocketSession session) {
    this.session = session;
  }

  /** Completes once no message has passed for that long. */
  Mono<Void> silentFor(Duration limit) {
    return Mono.defer(
        () -> {
          var left = limit.minusNanos(System.nanoTime() - lastMessage);
          return left.isPositive() ? Mono.delay(left).then(silentFor(limit)) : Mono.empty();
        });
  }

  private void passed() {
    lastMessage = System.nanoTime();
  }

  @Override
  public Flux<WebSocketMessage> receive() {
    return session.receive().doOnNext(_ -> passed());
  }

  @Override
  public Mono<Void> send(Publisher<WebSocketMessage> messages) {
    return session.send(Flux.from(messages).doOnNext(_ -> passed()));
  }

  @Override
  public String getId() {
    return session.getId();
  }

  @Override
  public HandshakeInfo getHandshakeInfo() {
    return session.getHandshakeInfo();
  }

  @Override
  public DataBufferFactory bufferFactory() {
    return session.bufferFactory();
  }

  @Override
  public Map<String, Object> getAttributes() {
    return session.getAttributes();
  }

  @Override
  public boolean isOpen() {
    return session.isOpen();
  }

  /** Says nothing to a client that is gone: Reactor Netty never releases such a frame. */
  @Override
  public Mono<Void> close(CloseStatus status) {
    return Mono.defer(() -> session.isOpen() ? session.close(status) : Mono.empty())
        .onErrorComplete(AbortedException.class);
  }

  @Override
  public Mono<CloseStatus> closeStatus() {
    return session.closeStatus();
  }

  @Override
  public WebSocketMessage textMessage(String payload) {
    return session.textMessage(payload);
  }

  @Override
  public WebSocketMessage binaryMessage(Function<DataBufferFactory, DataBuffer> payload) {
    return session.binaryMessage(payload);
  }

  @Override
  public WebSocketMessage pingMessage(Function<DataBufferFactory, DataBuffer> payload) {
    return session.pingMessage(payload);
  }

  @Override
  public WebSocketMessage pongMessage(Function<DataBufferFactory, DataBuffer> payload) {
    return session.pongMessage(payload);
  }
}
