package io.gatehouse.defaults.tokens;

import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Lets handlers ask for the {@link AccessToken} of whom Spring Security let in. */
final class AccessTokenFilter implements WebFilter {

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return ReactiveSecurityContextHolder.getContext()
        .doOnNext(context -> AccessToken.put(exchange, context.getAuthentication()))
        .then(chain.filter(exchange));
  }
}
