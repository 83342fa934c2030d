package io.gatehouse.defaults.tokens;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.web.server.authentication.ServerAuthenticationConverter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Finds a request's bearer token for Spring Security: {@link BearerHeader}. */
final class BearerTokenConverter implements ServerAuthenticationConverter {
  private final OpenPath open;

  /**
   * Refuses requests without a token.
   *
   * @param open the requests that may come without one
   */
  BearerTokenConverter(OpenPath open) {
    this.open = open;
  }

  @Override
  public Mono<Authentication> convert(ServerWebExchange exchange) {
    var request = exchange.getRequest();
    try {
      var token = BearerHeader.token(request.getHeaders().get(HttpHeaders.AUTHORIZATION));
      if (token != null) {
        return Mono.just(new BearerTokenAuthenticationToken(token));
      }
      if (open.matches(request)) {
        return Mono.empty();
      }
      throw ApiException.of(ErrorCode.UNAUTHENTICATED);
    } catch (ApiException refused) {
      return Mono.error(new InvalidBearerTokenException(refused.getMessage(), refused));
    }
  }
}
