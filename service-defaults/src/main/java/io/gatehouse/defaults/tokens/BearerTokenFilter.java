package io.gatehouse.defaults.tokens;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Demands a valid bearer token (RFC 6750, header only) on every path of a service that is not
 * declared open, and leaves the {@link AccessToken} on the exchange. A token that is sent to an
 * open path must be valid too.
 */
@Order(-100)
public class BearerTokenFilter implements WebFilter {
  private final AccessTokenVerifier verifier;
  private final List<OpenPath> open;

  public BearerTokenFilter(AccessTokenVerifier verifier, List<OpenPath> open) {
    this.verifier = verifier;
    this.open = List.copyOf(open);
  }

  /** A request that needs no token, declared by a service as a bean. */
  @FunctionalInterface
  public interface OpenPath {
    boolean matches(ServerHttpRequest request);
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    var request = exchange.getRequest();
    try {
      var token = bearer(request.getHeaders());
      if (token != null) {
        exchange.getAttributes().put(AccessToken.KEY, verifier.verify(token));
      } else if (open.stream().noneMatch(path -> path.matches(request))) {
        return Mono.error(ApiException.of(ErrorCode.UNAUTHENTICATED));
      }
    } catch (ApiException refused) {
      return Mono.error(refused);
    }
    return chain.filter(exchange);
  }

  /**
   * The bearer token of these headers; null when there is no Authorization header.
   *
   * @throws ApiException UNAUTHENTICATED for another scheme or several headers
   */
  public static @Nullable String bearer(HttpHeaders headers) {
    var values = headers.get(HttpHeaders.AUTHORIZATION);
    if (values == null || values.isEmpty()) {
      return null;
    }
    var value = values.getFirst();
    if (values.size() > 1
        || value.length() < 8
        || !value.substring(0, 7).toLowerCase(Locale.ROOT).equals("bearer ")) {
      throw ApiException.of(ErrorCode.UNAUTHENTICATED);
    }
    return value.substring(7).trim();
  }
}
