package io.gatehouse.defaults.tokens;

import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher.MatchResult;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * What the management port serves needs no access token: probes and scrapers have none, and clients
 * never reach that port. The filters of the service run there too, hence this exception.
 */
final class ManagementPort implements ApplicationListener<WebServerInitializedEvent> {
  private static final int NONE = -1;

  private volatile int port = NONE;

  /** A management port of its own has a context of its own, whose parent is the service's. */
  @Override
  public void onApplicationEvent(WebServerInitializedEvent started) {
    if ("management".equals(started.getApplicationContext().getServerNamespace())) {
      port = started.getWebServer().getPort();
    }
  }

  /** Matches what came in by another port. */
  Mono<MatchResult> other(ServerWebExchange exchange) {
    var address = exchange.getRequest().getLocalAddress();
    return address != null && address.getPort() == port
        ? MatchResult.notMatch()
        : MatchResult.match();
  }
}
