package io.gatehouse.auth.clients;

import com.nimbusds.jose.jwk.JWKSet;
import io.gatehouse.auth.AuthProperties;
import io.gatehouse.auth.clients.ClientProperties.Registration;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;

/** Makes of what is known of a client what Spring Authorization Server goes by. */
final class RegisteredClients {
  private static final Duration CODE_TTL = Duration.ofMinutes(1);
  private static final Duration DEVICE_CODE_TTL = Duration.ofMinutes(10);

  private final TokenSettings tokens;

  RegisteredClients(AuthProperties properties) {
    this.tokens =
        TokenSettings.builder()
            .authorizationCodeTimeToLive(CODE_TTL)
            .deviceCodeTimeToLive(DEVICE_CODE_TTL)
            .accessTokenTimeToLive(properties.accessTokenTtl())
            .refreshTokenTimeToLive(properties.refreshTokenTtl())
            .reuseRefreshTokens(false)
            .build();
  }

  /**
   * A client of configuration.
   *
   * @param macs of the secrets that work
   */
  RegisteredClient configured(String id, Registration client, List<byte[]> macs) {
    requireKeys(id, client.jwks());
    var details =
        new ClientDetails(
            name(id, client),
            client.secret() == null && client.jwks() == null,
            client.grants(),
            client.redirectUris(),
            client.postLogoutRedirectUris(),
            client.scopes(),
            client.jwks());
    return build(id, details, macs, client.firstParty(), client.mayIntrospect());
  }

  private static void requireKeys(String id, @Nullable String jwks) {
    try {
      if (jwks != null && JWKSet.parse(jwks).isEmpty()) {
        throw new ParseException("no key", 0);
      }
    } catch (ParseException unusable) {
      throw new IllegalArgumentException(
          "gatehouse.clients.%s.jwks must be a JWK set with a key".formatted(id), unusable);
    }
  }

  /** One that ADMIN manages: never the platform's own. */
  RegisteredClient managed(String id, ClientDetails client, List<byte[]> macs) {
    return build(id, client, macs, false, false);
  }

  private RegisteredClient build(
      String id,
      ClientDetails client,
      List<byte[]> macs,
      boolean firstParty,
      boolean mayIntrospect) {
    var settings =
        ClientSettings.builder()
            .requireProofKey(true)
            .requireAuthorizationConsent(!firstParty)
            .setting(Clients.MAY_INTROSPECT, mayIntrospect);
    var builder =
        RegisteredClient.withId(id)
            .clientId(id)
            .clientName(client.name())
            .redirectUris(uris -> uris.addAll(client.redirectUris()))
            .postLogoutRedirectUris(uris -> uris.addAll(client.postLogoutRedirectUris()))
            .scopes(scopes -> scopes.addAll(client.scopes()))
            .tokenSettings(tokens);
    client
        .grants()
        .forEach(grant -> builder.authorizationGrantType(new AuthorizationGrantType(grant)));
    if (client.isPublic()) {
      builder.clientAuthenticationMethod(ClientAuthenticationMethod.NONE);
    }
    if (!macs.isEmpty()) {
      builder
          .clientSecret(ClientSecrets.encode(macs))
          .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
          .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST);
    }
    if (client.jwks() != null) {
      // The algorithm tells Spring that keys are meant; which one signs, the key says.
      settings
          .setting(Clients.JWKS, client.jwks())
          .tokenEndpointAuthenticationSigningAlgorithm(SignatureAlgorithm.RS256);
      builder.clientAuthenticationMethod(ClientAuthenticationMethod.PRIVATE_KEY_JWT);
    }
    return builder.clientSettings(settings.build()).build();
  }

  static String name(String id, Registration client) {
    return client.name() == null ? id : client.name();
  }
}
