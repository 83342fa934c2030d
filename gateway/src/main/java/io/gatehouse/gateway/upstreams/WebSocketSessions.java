package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.StreamPermits;
import io.gatehouse.gateway.request.EdgeExchange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Primary;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.server.RequestUpgradeStrategy;
import org.springframework.web.reactive.socket.server.WebSocketService;
import org.springframework.web.reactive.socket.server.support.HandshakeWebSocketService;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * The WebSockets that clients hold open: so many for each caller, none for longer than its token,
 * none on which nothing is said, and none when the gateway stops.
 *
 * <p>A request's chain ends with the handshake; the session goes on by itself.
 */
@Component
@Primary
class WebSocketSessions implements WebSocketService {
  /** For the closing handshake. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final WebSocketService handshakes;
  private final OpenStreams streams;
  private final StreamPermits permits;
  private final WebSocketProperties properties;

  WebSocketSessions(
      RequestUpgradeStrategy upgrades,
      OpenStreams streams,
      StreamPermits permits,
      WebSocketProperties properties) {
    this.handshakes = new HandshakeWebSocketService(upgrades);
    this.streams = streams;
    this.permits = permits;
    this.properties = properties;
  }

  @Override
  public Mono<Void> handleRequest(ServerWebExchange exchange, WebSocketHandler handler) {
    var edge = EdgeExchange.of(exchange);
    return Mono.defer(
        () -> {
          var permit = permits.acquire(edge.caller());
          var bounded = new Bounded(handler, edge.token(), GuardedRouting.call(exchange), permit);
          return handshakes
              .handleRequest(exchange, bounded)
              .doOnError(_ -> permit.close())
              .doOnCancel(permit::close);
        });
  }

  /** Ends a session when it has to end, whatever its two sides do. */
  private final class Bounded implements WebSocketHandler {
    private final WebSocketHandler handler;
    private final @Nullable AccessToken token;
    private final @Nullable GuardedCall call;
    private final StreamPermits.Permit permit;

    Bounded(
        WebSocketHandler handler,
        @Nullable AccessToken token,
        @Nullable GuardedCall call,
        StreamPermits.Permit permit) {
      this.handler = handler;
      this.token = token;
      this.call = call;
      this.permit = permit;
    }

    @Override
    public List<String> getSubProtocols() {
      return handler.getSubProtocols();
    }

    @Override
    public Mono<Void> handle(WebSocketSession session) {
      var watched = new WatchedSession(session);
      var end =
          Mono.firstWithSignal(
                  streams.end(token).then(Mono.fromSupplier(this::endedByUs)),
                  expiry().thenReturn(tokenEnded()),
                  watched
                      .silentFor(properties.idleTimeout())
                      .thenReturn(CloseStatus.GOING_AWAY.withReason("nothing was said")))
              .cache();
      // A close frame that is under way is not to be cancelled.
      var waiting = end.subscribe(status -> watched.close(status).subscribe());
      return handler
          .handle(watched)
          .takeUntilOther(end.delayElement(GRACE))
          .onErrorResume(
              failed -> {
                if (call != null) {
                  call.notConnected(failed);
                }
                return watched.close(
                    CloseStatus.SERVER_ERROR.withReason("the service is not there"));
              })
          .doFinally(
              _ -> {
                waiting.dispose();
                permit.close();
              });
    }

    private CloseStatus endedByUs() {
      return streams.isStopping()
          ? CloseStatus.GOING_AWAY.withReason("the gateway stops")
          : tokenEnded();
    }

    private static CloseStatus tokenEnded() {
      return CloseStatus.POLICY_VIOLATION.withReason("the token has ended");
    }

    private Mono<Long> expiry() {
      return token == null
          ? Mono.never()
          : Mono.delay(Duration.between(Instant.now(), token.expiresAt()));
    }
  }
}
