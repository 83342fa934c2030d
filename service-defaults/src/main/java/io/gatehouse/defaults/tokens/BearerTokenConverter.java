package io.gatehouse.defaults.tokens;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.security.web.server.authentication.ServerAuthenticationConverter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Finds a request's bearer token (RFC 6750, header only). Spring's own looks at the first
 * Authorization header alone, and takes another scheme for no token at all.
 */
final class BearerTokenConverter implements ServerAuthenticationConverter {
  private static final String SCHEME = "bearer ";

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
      var token = bearer(request.getHeaders());
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

  /** The bearer token of these headers; null when there is no Authorization header. */
  private static @Nullable String bearer(HttpHeaders headers) {
    var values = headers.get(HttpHeaders.AUTHORIZATION);
    if (values == null || values.isEmpty()) {
      return null;
    }
    var value = values.getFirst();
    if (values.size() > 1
        || value.length() <= SCHEME.length()
        || !value.substring(0, SCHEME.length()).toLowerCase(Locale.ROOT).equals(SCHEME)) {
      throw ApiException.of(ErrorCode.UNAUTHENTICATED);
    }
    var token = value.substring(SCHEME.length()).trim();
    if (token.isEmpty()) {
      throw ApiException.of(ErrorCode.UNAUTHENTICATED);
    }
    return token;
  }
}
