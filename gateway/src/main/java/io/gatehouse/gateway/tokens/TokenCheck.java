package io.gatehouse.gateway.tokens;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.tokens.AccessTokenVerifier;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Says who a request's bearer token stands for (RFC 6750, header only). */
@Component
public class TokenCheck {
  private static final String SCHEME = "Bearer ";

  private final AccessTokenVerifier verifier;
  private final Revocations revocations;

  TokenCheck(AccessTokenVerifier verifier, Revocations revocations) {
    this.verifier = verifier;
    this.revocations = revocations;
  }

  /**
   * The verified token; null when there is no Authorization header. Expiry and revocation are
   * checked every time, also for a token that was seen before.
   *
   * @throws ApiException UNAUTHENTICATED, TOKEN_EXPIRED or TOKEN_REVOKED; SERVICE_UNAVAILABLE while
   *     keys or revocations were never loaded
   */
  public @Nullable AccessToken check(HttpHeaders headers) {
    List<String> values = headers.getAll(HttpHeaderNames.AUTHORIZATION);
    if (values.isEmpty()) {
      return null;
    }
    var value = values.getFirst();
    if (values.size() > 1 || !value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw ApiException.of(ErrorCode.UNAUTHENTICATED);
    }
    if (!revocations.loaded()) {
      throw ApiException.of(ErrorCode.SERVICE_UNAVAILABLE);
    }
    var token = verifier.verify(value.substring(SCHEME.length()).strip());
    if (revocations.isRevoked(token)) {
      throw ApiException.of(ErrorCode.TOKEN_REVOKED);
    }
    return token;
  }
}
