package io.gatehouse.auth.clients;

import io.gatehouse.auth.AuthProperties;
import io.gatehouse.auth.clients.ClientProperties.Registration;
import io.gatehouse.auth.keys.Secrets;
import io.gatehouse.auth.keys.Secrets.Purpose;
import io.gatehouse.defaults.platform.GatehouseProperties;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.security.oauth2.server.authorization.settings.TokenSettings;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The registered clients. Configuration is the truth of this instance: at each start it is written
 * over what the database holds. What it does not name is left alone, since during a roll another
 * version serves it beside this one: here such a client is unknown, its sign-ins end by themselves.
 */
@Component
public class Clients implements RegisteredClientRepository {
  /** In {@link ClientSettings}: whether the client may introspect tokens. */
  public static final String MAY_INTROSPECT = "gatehouse.may-introspect";

  private static final Duration CODE_TTL = Duration.ofMinutes(1);
  private static final Duration DEVICE_CODE_TTL = Duration.ofMinutes(10);

  private final JdbcClient jdbc;
  private final SecretMac secrets;
  private final AuthProperties properties;
  private final Map<String, RegisteredClient> clients = new ConcurrentHashMap<>();

  Clients(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      Secrets secrets,
      AuthProperties properties,
      GatehouseProperties gatehouse,
      ClientProperties configured) {
    this.jdbc = jdbc;
    this.secrets = new SecretMac(secrets);
    this.properties = properties;
    var wanted = PlatformClients.all(gatehouse, properties, configured);
    // In one order, so that instances that start together do not wait for each other in a circle.
    transaction.executeWithoutResult(_ -> new TreeMap<>(wanted).forEach(this::upsert));
    wanted.forEach((id, client) -> clients.put(id, registered(id, client)));
  }

  @Override
  public @Nullable RegisteredClient findById(String id) {
    return clients.get(id);
  }

  @Override
  public @Nullable RegisteredClient findByClientId(String clientId) {
    return clients.get(clientId);
  }

  @Override
  public void save(RegisteredClient client) {
    throw new UnsupportedOperationException("clients come from configuration");
  }

  /** How client secrets are compared. */
  public PasswordEncoder secretEncoder() {
    return secrets;
  }

  private void upsert(String id, Registration client) {
    jdbc.sql(
            """
            insert into client (id, name, secret_mac, first_party, may_introspect, grant_types,
              redirect_uris, post_logout_redirect_uris, scopes)
            values (:id, :name, :secret, :firstParty, :mayIntrospect, :grants, :redirects,
              :postLogout, :scopes)
            on conflict (id) do update set name = excluded.name, secret_mac = excluded.secret_mac,
              first_party = excluded.first_party, may_introspect = excluded.may_introspect,
              grant_types = excluded.grant_types, redirect_uris = excluded.redirect_uris,
              post_logout_redirect_uris = excluded.post_logout_redirect_uris,
              scopes = excluded.scopes, updated_at = now()
            """)
        .param("id", id)
        .param("name", name(id, client))
        .param("secret", client.secret() == null ? null : secrets.mac(client.secret()))
        .param("firstParty", client.firstParty())
        .param("mayIntrospect", client.mayIntrospect())
        .param("grants", client.grants().toArray(String[]::new))
        .param("redirects", client.redirectUris().toArray(String[]::new))
        .param("postLogout", client.postLogoutRedirectUris().toArray(String[]::new))
        .param("scopes", client.scopes().toArray(String[]::new))
        .update();
  }

  private RegisteredClient registered(String id, Registration client) {
    var builder =
        RegisteredClient.withId(id)
            .clientId(id)
            .clientName(name(id, client))
            .redirectUris(uris -> uris.addAll(client.redirectUris()))
            .postLogoutRedirectUris(uris -> uris.addAll(client.postLogoutRedirectUris()))
            .scopes(scopes -> scopes.addAll(client.scopes()))
            .clientSettings(
                ClientSettings.builder()
                    .requireProofKey(true)
                    .requireAuthorizationConsent(!client.firstParty())
                    .setting(MAY_INTROSPECT, client.mayIntrospect())
                    .build())
            .tokenSettings(
                TokenSettings.builder()
                    .authorizationCodeTimeToLive(CODE_TTL)
                    .deviceCodeTimeToLive(DEVICE_CODE_TTL)
                    .accessTokenTimeToLive(properties.accessTokenTtl())
                    .refreshTokenTimeToLive(properties.refreshTokenTtl())
                    .reuseRefreshTokens(false)
                    .build());
    client
        .grants()
        .forEach(grant -> builder.authorizationGrantType(new AuthorizationGrantType(grant)));
    if (client.secret() == null) {
      builder.clientAuthenticationMethod(ClientAuthenticationMethod.NONE);
    } else {
      builder
          .clientSecret(secrets.encode(client.secret()))
          .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
          .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_POST);
    }
    return builder.build();
  }

  private static String name(String id, Registration client) {
    return client.name() == null ? id : client.name();
  }

  /**
   * Client secrets are kept as a keyed MAC: worthless without the key, and cheap to check, since
   * services ask for tokens all day.
   */
  private record SecretMac(Secrets secrets) implements PasswordEncoder {
    byte[] mac(CharSequence secret) {
      return secrets.mac(Purpose.CLIENT_SECRET, secret.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String encode(@Nullable CharSequence secret) {
      return Base64.getEncoder().encodeToString(mac(secret == null ? "" : secret));
    }

    @Override
    public boolean matches(@Nullable CharSequence secret, @Nullable String encoded) {
      return secret != null
          && encoded != null
          && MessageDigest.isEqual(mac(secret), Base64.getDecoder().decode(encoded));
    }
  }
}
