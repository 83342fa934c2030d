package io.gatehouse.auth.grants;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.AuthProperties;
import io.gatehouse.auth.keys.Secrets;
import io.gatehouse.auth.users.SignInIds;
import io.gatehouse.auth.users.SignedInUser;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2DeviceCode;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.core.OAuth2UserCode;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.stereotype.Component;

/**
 * Token families in PostgreSQL, one row each. A change is an update on condition of the version
 * that was read: of any number of parallel redemptions, on any number of instances, one succeeds.
 */
@Component
class TokenFamilies implements OAuth2AuthorizationService {
  private static final Duration CONSENT_TTL = Duration.ofMinutes(10);

  private final JdbcClient jdbc;
  private final FamilyMapper mapper;
  private final RefreshTokens refreshTokens;
  private final AuthProperties properties;
  private final Clock clock;

  TokenFamilies(
      JdbcClient jdbc,
      FamilyMapper mapper,
      RefreshTokens refreshTokens,
      AuthProperties properties,
      Clock clock) {
    this.jdbc = jdbc;
    this.mapper = mapper;
    this.refreshTokens = refreshTokens;
    this.properties = properties;
    this.clock = clock;
  }

  /**
   * Inserts or updates.
   *
   * @throws StaleFamilyException when somebody else changed or removed the family since it was read
   */
  @Override
  public void save(OAuth2Authorization authorization) {
    if (AuthorizationGrantType.CLIENT_CREDENTIALS.equals(
        authorization.getAuthorizationGrantType())) {
      // Nothing to redeem or renew later: such a token is known by its signature alone.
      return;
    }
    var isNew = authorization.getAttribute(TokenFamily.VERSION) == null;
    var user = TokenFamily.user(authorization);
    var statement =
        jdbc.sql(isNew ? FamilyStatements.INSERT : FamilyStatements.UPDATE)
            .param("id", UUID.fromString(authorization.getId()))
            .param("version", isNew ? 0 : TokenFamily.version(authorization))
            .param("client", authorization.getRegisteredClientId())
            .param("grant", authorization.getAuthorizationGrantType().getValue())
            .param("user", user == null ? null : user.id())
            .param("sid", sid(authorization, user))
            .param("signIn", user == null ? null : user.signIn())
            .param(
                "signedInAt", user == null ? null : Timestamp.from(SignInIds.timeOf(user.signIn())))
            .param("method", user == null ? null : user.method())
            .param("scopes", scopes(authorization).toArray(String[]::new))
            .param("request", mapper.writeRequest(authorization))
            .param("state", hash(authorization.getAttribute(OAuth2ParameterNames.STATE)))
            .param("expires", Timestamp.from(expiry(authorization)))
            .param("askedBy", isDevice(authorization) ? Audit.addressKey() : null);
    statement = withOrigin(statement);
    statement = withToken(statement, "code", authorization, OAuth2AuthorizationCode.class);
    statement = withToken(statement, "deviceCode", authorization, OAuth2DeviceCode.class);
    statement = withToken(statement, "userCode", authorization, OAuth2UserCode.class);
    var refresh = authorization.getRefreshToken();
    var changed =
        statement
            .param("refreshNumber", refreshTokens.numberOfCurrent(authorization))
            .param("refreshIssued", refresh == null ? null : issued(refresh.getToken()))
            .param("refreshExpires", refresh == null ? null : expires(refresh.getToken()))
            .update();
    FamilyOfRequest.forget();
    if (changed == 0) {
      throw new StaleFamilyException();
    }
  }

  /** Spring removes what a person refused: it stays, spent, for an answer that is sent twice. */
  @Override
  public void remove(OAuth2Authorization authorization) {
    jdbc.sql("update token_family set code_used = true, version = version + 1 where id = :id")
        .param("id", UUID.fromString(authorization.getId()))
        .update();
    FamilyOfRequest.forget();
  }

  @Override
  public @Nullable OAuth2Authorization findById(String id) {
    return readOnce(FamilyStatements.BY_ID, UUID.fromString(id), Map.of());
  }

  /** The family of a code or of the current refresh token; spent refresh tokens find nothing. */
  @Override
  public @Nullable OAuth2Authorization findByToken(String token, @Nullable OAuth2TokenType type) {
    return switch (type == null ? "" : type.getValue()) {
      case OAuth2ParameterNames.STATE ->
          find(
              FamilyStatements.BY_STATE,
              Secrets.hash(token),
              Map.of(OAuth2ParameterNames.STATE, token));
      case OAuth2ParameterNames.CODE ->
          readOnce(
              FamilyStatements.BY_CODE,
              Secrets.hash(token),
              Map.of(OAuth2ParameterNames.CODE, token));
      case OAuth2ParameterNames.DEVICE_CODE ->
          find(
              FamilyStatements.BY_DEVICE_CODE,
              Secrets.hash(token),
              Map.of(OAuth2ParameterNames.DEVICE_CODE, token));
      case OAuth2ParameterNames.USER_CODE ->
          find(
              FamilyStatements.BY_USER_CODE,
              Secrets.hash(normalized(token)),
              Map.of(OAuth2ParameterNames.USER_CODE, token));
      case OAuth2ParameterNames.REFRESH_TOKEN ->
          refreshTokens
              .read(token)
              .map(
                  ref -> {
                    var family = findById(ref.family().toString());
                    return family != null && refreshTokens.numberOfCurrent(family) == ref.number()
                        ? family
                        : null;
                  })
              .orElse(null);
      default -> null;
    };
  }

  /** The family whose consent was given or refused under this state. */
  @Nullable OAuth2Authorization findAnswered(String state) {
    return find(
        FamilyStatements.ANSWERED,
        Secrets.hash(state),
        // Stands for the code, if one was given: its value is not known any more.
        Map.of(OAuth2ParameterNames.CODE, FamilyMapper.UNKNOWN));
  }

  /** How many devices wait that asked from this address. */
  int waitingFrom(String address) {
    return jdbc.sql(
            """
            select count(*) from token_family
            where asked_by = :address and user_id is null and device_expires_at > now()
            """)
        .param("address", address)
        .query(Integer.class)
        .single();
  }

  /**
   * Notes that a device asks (RFC 8628 section 3.5).
   *
   * @return whether it came sooner than its interval allows, which is 5 s longer from now on
   */
  boolean pollsTooFast(String id) {
    return jdbc.sql(FamilyStatements.POLL)
        .param("id", UUID.fromString(id))
        .query(Boolean.class)
        .single();
  }

  /** A redemption looks at its family from several sides, and at each time it is the same one. */
  private @Nullable OAuth2Authorization readOnce(
      String query, Object key, Map<String, String> presented) {
    var known = FamilyOfRequest.of(query, key);
    if (known != null) {
      return known.family();
    }
    var family = find(query, key, presented);
    new FamilyOfRequest(query, key, family).keep();
    return family;
  }

  private @Nullable OAuth2Authorization find(
      String query, Object key, Map<String, String> presented) {
    return jdbc.sql(query)
        .param("key", key)
        .query((row, _) -> FamilyRow.read(row))
        .optional()
        .map(row -> mapper.toAuthorization(row, presented))
        .orElse(null);
  }

  /** As people type it: without separators, in any case. */
  static String normalized(String userCode) {
    return userCode.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "");
  }

  private static @Nullable UUID sid(
      OAuth2Authorization authorization, @Nullable SignedInUser user) {
    var known = TokenFamily.sid(authorization);
    return known != null || user == null ? known : SignInIds.at(SignInIds.timeOf(user.signIn()));
  }

  /** A device request's scopes are an attribute until somebody allows them. */
  private static Set<String> scopes(OAuth2Authorization authorization) {
    Set<String> asked = authorization.getAttribute(OAuth2ParameterNames.SCOPE);
    return authorization.getAuthorizedScopes().isEmpty() && asked != null
        ? asked
        : authorization.getAuthorizedScopes();
  }

  private Instant expiry(OAuth2Authorization authorization) {
    var latest = clock.instant().plus(properties.accessTokenTtl()).plus(CONSENT_TTL);
    var refresh = authorization.getRefreshToken();
    var last = refresh == null ? null : refresh.getToken().getExpiresAt();
    return last != null && last.isAfter(latest) ? last : latest;
  }

  private static JdbcClient.StatementSpec withOrigin(JdbcClient.StatementSpec statement) {
    var origin = SignInOrigin.ofRequest();
    return statement.param("ip", origin.ip()).param("userAgent", origin.userAgent());
  }

  /** A token whose value is not at hand keeps its columns: the statements coalesce. */
  private static <T extends OAuth2Token> JdbcClient.StatementSpec withToken(
      JdbcClient.StatementSpec statement,
      String name,
      OAuth2Authorization authorization,
      Class<T> type) {
    var token = authorization.getToken(type);
    var value = token == null ? null : token.getToken().getTokenValue();
    var hash =
        value == null || value.equals(FamilyMapper.UNKNOWN)
            ? null
            : hash(type == OAuth2UserCode.class ? normalized(value) : value);
    return statement
        .param(name + "Hash", hash)
        .param(name + "Expires", token == null ? null : expires(token.getToken()))
        .param(name + "Used", token == null ? null : token.isInvalidated());
  }

  private static boolean isDevice(OAuth2Authorization authorization) {
    return AuthorizationGrantType.DEVICE_CODE.equals(authorization.getAuthorizationGrantType());
  }

  private static byte @Nullable [] hash(@Nullable String value) {
    return value == null || value.isEmpty() ? null : Secrets.hash(value);
  }

  private static @Nullable Timestamp issued(OAuth2Token token) {
    var time = token.getIssuedAt();
    return time == null ? null : Timestamp.from(time);
  }

  private static @Nullable Timestamp expires(OAuth2Token token) {
    var time = token.getExpiresAt();
    return time == null ? null : Timestamp.from(time);
  }
}
