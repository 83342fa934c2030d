package io.gatehouse.gateway.upstreams;

import java.net.URI;
import java.util.List;
import org.springframework.context.annotation.Primary;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.socket.WebSocketHandler;
import org.springframework.web.reactive.socket.WebSocketSession;
import org.springframework.web.reactive.socket.client.ReactorNettyWebSocketClient;
import org.springframework.web.reactive.socket.client.WebSocketClient;
import reactor.core.publisher.Mono;

/** Opens WebSockets to services, without the protocol by which a browser sent its token. */
@Component
@Primary
record ServiceWebSockets(ReactorNettyWebSocketClient client) implements WebSocketClient {
  private static final String BEARER = "bearer";

  @Override
  public Mono<Void> execute(URI url, WebSocketHandler handler) {
    return client.execute(url, new WithoutBearer(handler));
  }

  @Override
  public Mono<Void> execute(URI url, HttpHeaders headers, WebSocketHandler handler) {
    return client.execute(url, headers, new WithoutBearer(handler));
  }

  private record WithoutBearer(WebSocketHandler handler) implements WebSocketHandler {
    @Override
    public List<String> getSubProtocols() {
      return handler.getSubProtocols().stream()
          .map(String::strip)
          .filter(protocol -> !protocol.equals(BEARER))
          .toList();
    }

    @Override
    public Mono<Void> handle(WebSocketSession session) {
      return handler.handle(session);
    }
  }
}
