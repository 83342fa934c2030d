package io.gatehouse.defaults.tokens;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.server.ServerWebExchange;

/**
 * A verified access token (RFC 9068): who calls, through which client, with which rights.
 *
 * @param subject a user's id, or the client's id for client credentials
 * @param sid the token family of the sign-in, a UUIDv7 whose time is the sign-in's; null for client
 *     credentials
 * @param scopes what the client may do
 * @param roles what the subject may do: USER, ADMIN, SERVICE
 */
public record AccessToken(
    String subject,
    String clientId,
    String jti,
    @Nullable String sid,
    Set<String> scopes,
    Set<String> roles,
    Instant issuedAt,
    Instant expiresAt) {

  /** Key in the exchange's attributes: the {@link Jwt}. */
  private static final String KEY = AccessToken.class.getName();

  public AccessToken {
    scopes = Set.copyOf(scopes);
    roles = Set.copyOf(roles);
  }

  /**
   * What this verified token says.
   *
   * @throws ApiException UNAUTHENTICATED when it says not who calls, by which client, under which
   *     id, from when and until when
   */
  public static AccessToken of(Jwt token) {
    if (token instanceof VerifiedJwt known) {
      return known.accessToken();
    }
    return new AccessToken(
        said(token.getSubject(), "sub"),
        said(token.getClaimAsString("client_id"), "client_id"),
        said(token.getId(), "jti"),
        token.getClaimAsString("sid"),
        words(token.getClaimAsString("scope")),
        set(token.getClaimAsStringList("roles")),
        said(token.getIssuedAt(), "iat"),
        said(token.getExpiresAt(), "exp"));
  }

  /** Makes this the exchange's caller, if it is one with a token. */
  static void put(ServerWebExchange exchange, @Nullable Authentication caller) {
    if (caller != null && caller.getPrincipal() instanceof Jwt verified) {
      exchange.getAttributes().put(KEY, verified);
    }
  }

  /** Makes this the exchange's caller, where another check than the resource server's passed it. */
  public void putInto(ServerWebExchange exchange) {
    exchange.getAttributes().put(KEY, this);
  }

  /** The caller's token; absent only on paths that are open. */
  public static @Nullable AccessToken find(ServerWebExchange exchange) {
    return switch (exchange.getAttributes().get(KEY)) {
      case AccessToken known -> known;
      case Jwt verified -> of(verified);
      case null, default -> null;
    };
  }

  /**
   * The caller's token.
   *
   * @throws ApiException UNAUTHENTICATED when there is none
   */
  public static AccessToken of(ServerWebExchange exchange) {
    var token = find(exchange);
    if (token == null) {
      throw ApiException.of(ErrorCode.UNAUTHENTICATED);
    }
    return token;
  }

  /**
   * When the token was made, to the millisecond: our issuer's ids are UUIDv7 whose time is from
   * just before the roles were read. Of other ids, the token's own time, in whole seconds.
   */
  public Instant madeAt() {
    return Uuid7.timeOf(jti).orElse(issuedAt);
  }

  /** When the sign-in behind this token began; for client credentials, when it was made. */
  public Instant signedInAt() {
    return sid == null ? issuedAt : Uuid7.timeOf(sid).orElse(issuedAt);
  }

  public boolean hasRole(String role) {
    return roles.contains(role);
  }

  public boolean hasScope(String scope) {
    return scopes.contains(scope);
  }

  /** True for callers that act on everything, within their scopes. */
  public boolean isPrivileged() {
    return hasRole("ADMIN") || hasRole("SERVICE");
  }

  /**
   * Passes when the token carries the scope.
   *
   * @throws ApiException FORBIDDEN otherwise, with RFC 6750's insufficient_scope
   */
  public void requireScope(String scope) {
    if (!hasScope(scope)) {
      throw ApiException.of(ErrorCode.FORBIDDEN, "The access token lacks the scope " + scope)
          .withHeader(
              "WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"" + scope + "\"");
    }
  }

  private static <T> T said(@Nullable T value, String claim) {
    if (value == null) {
      throw ApiException.of(ErrorCode.UNAUTHENTICATED, "The access token has no " + claim);
    }
    return value;
  }

  private static Set<String> words(@Nullable String value) {
    return value == null || value.isBlank()
        ? Set.of()
        : set(Arrays.asList(value.trim().split(" +")));
  }

  private static Set<String> set(@Nullable List<String> values) {
    return values == null
        ? Set.of()
        : values.stream().filter(Objects::nonNull).collect(Collectors.toUnmodifiableSet());
  }
}
