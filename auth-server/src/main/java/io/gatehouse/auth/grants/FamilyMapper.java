package io.gatehouse.auth.grants;

import io.gatehouse.auth.clients.Clients;
import io.gatehouse.auth.grants.FamilyRow.Lifetime;
import io.gatehouse.auth.grants.RefreshTokens.Ref;
import io.gatehouse.defaults.platform.GatehouseProperties;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2DeviceCode;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.core.OAuth2UserCode;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization.Token;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Between rows and Spring's authorizations. */
@Component
class FamilyMapper {
  private final Clients clients;
  private final RefreshTokens refreshTokens;
  private final JsonMapper json;
  private final String authorizationUri;

  FamilyMapper(
      Clients clients,
      RefreshTokens refreshTokens,
      JsonMapper json,
      GatehouseProperties properties) {
    this.clients = clients;
    this.refreshTokens = refreshTokens;
    this.json = json;
    this.authorizationUri = properties.issuer() + "/oauth2/authorize";
  }

  /** What is kept of the authorization request: needed at consent and at redemption. */
  private record StoredRequest(
      @Nullable String redirectUri,
      @Nullable String state,
      Set<String> scopes,
      Map<String, Object> parameters) {}

  /** Null when there is none, or the row has it. */
  @Nullable String writeRequest(OAuth2Authorization authorization) {
    OAuth2AuthorizationRequest request =
        authorization.getAttribute(OAuth2AuthorizationRequest.class.getName());
    return request == null || request.equals(authorization.getAttribute(TokenFamily.STORED_REQUEST))
        ? null
        : json.writeValueAsString(
            new StoredRequest(
                request.getRedirectUri(),
                request.getState(),
                request.getScopes(),
                request.getAdditionalParameters()));
  }

  /**
   * The authorization of a row.
   *
   * @param presented the codes that the caller brought, by parameter name: rows hold only hashes;
   *     without any the authorization request is of no use any more
   */
  @Nullable OAuth2Authorization toAuthorization(FamilyRow row, Map<String, String> presented) {
    var client = clients.findById(row.clientId());
    if (client == null) {
      return null;
    }
    var user = row.user();
    // What was taken from the client since is not renewed.
    var scopes = new LinkedHashSet<>(row.scopes());
    scopes.retainAll(client.getScopes());
    var builder =
        OAuth2Authorization.withRegisteredClient(client)
            .id(row.id().toString())
            .authorizationGrantType(new AuthorizationGrantType(row.grantType()))
            .principalName(user == null ? row.clientId() : user.id())
            .attribute(TokenFamily.VERSION, row.version())
            .attribute(TokenFamily.ENDED, row.ended())
            .attribute(TokenFamily.BROWSER_ENDED, row.browserEnded());
    if (user == null) {
      builder.attribute(OAuth2ParameterNames.SCOPE, scopes);
    } else {
      builder.authorizedScopes(scopes);
      builder.attribute(TokenFamily.PRINCIPAL, TokenFamily.principal(user));
    }
    if (row.sid() != null) {
      builder.attribute(TokenFamily.SID, row.sid());
    }
    if (row.request() != null && !presented.isEmpty()) {
      var request = readRequest(row);
      builder.attribute(OAuth2AuthorizationRequest.class.getName(), request);
      builder.attribute(TokenFamily.STORED_REQUEST, request);
    }
    addCodes(builder, row, presented);
    addTokens(builder, row);
    return builder.build();
  }

  private OAuth2AuthorizationRequest readRequest(FamilyRow row) {
    var stored = json.readValue(row.request(), StoredRequest.class);
    return OAuth2AuthorizationRequest.authorizationCode()
        .authorizationUri(authorizationUri)
        .clientId(row.clientId())
        .redirectUri(stored.redirectUri())
        .state(stored.state())
        .scopes(stored.scopes())
        .additionalParameters(stored.parameters())
        .build();
  }

  private static void addCodes(
      OAuth2Authorization.Builder builder, FamilyRow row, Map<String, String> presented) {
    var state = presented.get(OAuth2ParameterNames.STATE);
    if (state != null) {
      builder.attribute(OAuth2ParameterNames.STATE, state);
    }
    var code = presented.get(OAuth2ParameterNames.CODE);
    if (code != null && row.code() != null) {
      var life = row.code();
      builder.token(
          new OAuth2AuthorizationCode(code, life.issuedAt(), life.expiresAt()),
          metadata -> metadata.put(Token.INVALIDATED_METADATA_NAME, life.used()));
    }
    var device = row.device();
    if (device != null) {
      // The one that was not presented has no value here; it is needed only for its state.
      builder.token(
          new OAuth2DeviceCode(
              presented.getOrDefault(OAuth2ParameterNames.DEVICE_CODE, UNKNOWN),
              device.issuedAt(),
              device.expiresAt()),
          metadata -> metadata.put(Token.INVALIDATED_METADATA_NAME, device.used()));
      builder.token(
          new OAuth2UserCode(
              presented.getOrDefault(OAuth2ParameterNames.USER_CODE, UNKNOWN),
              device.issuedAt(),
              device.expiresAt()),
          metadata -> metadata.put(Token.INVALIDATED_METADATA_NAME, row.userCodeUsed()));
    }
  }

  private void addTokens(OAuth2Authorization.Builder builder, FamilyRow row) {
    Lifetime refresh = row.refresh();
    if (refresh == null) {
      return;
    }
    var value = refreshTokens.write(new Ref(row.id(), row.refreshNumber()));
    builder.refreshToken(new OAuth2RefreshToken(value, refresh.issuedAt(), refresh.expiresAt()));
    if (row.scopes().contains(OidcScopes.OPENID)) {
      builder.token(
          new OidcIdToken(UNKNOWN, refresh.issuedAt(), refresh.expiresAt(), row.idTokenClaims()));
    }
  }

  /** Stands for a value of which only the hash is known. */
  static final String UNKNOWN = "-";
}
