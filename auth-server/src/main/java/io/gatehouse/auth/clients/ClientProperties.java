package io.gatehouse.auth.clients;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Further clients by id, such as {@code gatehouse.clients.shop.redirect-uris=…}. The platform's own
 * ({@code console}, {@code cli}, {@code order-service}, {@code demo-service}) need no entry.
 *
 * @param clients by client id
 */
@Validated
@ConfigurationProperties("gatehouse")
record ClientProperties(Map<String, Registration> clients) {

  @SuppressWarnings("NullAway") // Bound to null when nothing is configured.
  ClientProperties {
    clients = clients == null ? Map.of() : new LinkedHashMap<>(clients);
  }

  /**
   * One client.
   *
   * @param secret makes it a confidential client; without one it is public
   * @param firstParty the platform's own, so users are not asked for consent
   * @param jwks public keys that it may authenticate with (private_key_jwt), as a JWK set
   * @param grants authorization_code, refresh_token, client_credentials,
   *     urn:ietf:params:oauth:grant-type:device_code
   */
  record Registration(
      @Nullable String name,
      @Nullable String secret,
      @Nullable String jwks,
      @DefaultValue("false") boolean firstParty,
      @DefaultValue("false") boolean mayIntrospect,
      @DefaultValue({"authorization_code", "refresh_token"}) List<String> grants,
      @DefaultValue List<String> redirectUris,
      @DefaultValue List<String> postLogoutRedirectUris,
      @DefaultValue("openid") List<String> scopes) {

    @Override
    public String toString() {
      return "Registration[" + name + "]";
    }
  }
}
