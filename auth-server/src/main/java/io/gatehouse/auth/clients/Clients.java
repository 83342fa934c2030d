package io.gatehouse.auth.clients;

import io.gatehouse.auth.AuthProperties;
import io.gatehouse.auth.clients.ClientProperties.Registration;
import io.gatehouse.defaults.platform.GatehouseProperties;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.ClientSettings;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The registered clients. Configuration is the truth of this instance: at each start it is written
 * over what the database holds. What it does not name is left alone, since during a roll another
 * version serves it beside this one: here such a client is unknown, its sign-ins end by themselves.
 * Those that ADMIN manages are read from the database at each use, so that a change counts at once.
 */
@Component
public class Clients implements RegisteredClientRepository {
  /** In {@link ClientSettings}: whether the client may introspect tokens. */
  public static final String MAY_INTROSPECT = "gatehouse.may-introspect";

  /** In {@link ClientSettings}: the JWK set that the client may authenticate with. */
  public static final String JWKS = "gatehouse.jwks";

  private final JdbcClient jdbc;
  private final ClientStore store;
  private final ClientSecrets secrets;
  private final RegisteredClients registered;
  private final Map<String, RegisteredClient> configured;
  private final Set<String> scopes;

  Clients(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      ClientStore store,
      ClientSecrets secrets,
      AuthProperties properties,
      GatehouseProperties gatehouse,
      ClientProperties configured) {
    this.jdbc = jdbc;
    this.store = store;
    this.secrets = secrets;
    this.registered = new RegisteredClients(properties);
    var wanted = PlatformClients.all(gatehouse, properties, configured);
    // In one order, so that instances that start together do not wait for each other in a circle.
    transaction.executeWithoutResult(_ -> new TreeMap<>(wanted).forEach(this::upsert));
    this.configured =
        wanted.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, named -> registered(named.getKey(), named.getValue())));
    // Those of clients that ADMIN manages are among them.
    this.scopes =
        wanted.values().stream()
            .flatMap(client -> client.scopes().stream())
            .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public @Nullable RegisteredClient findById(String id) {
    var known = configured.get(id);
    return known != null
        ? known
        : store
            .managed(id)
            .map(client -> registered.managed(id, client.details(), client.macs()))
            .orElse(null);
  }

  @Override
  public @Nullable RegisteredClient findByClientId(String clientId) {
    return findById(clientId);
  }

  @Override
  public void save(RegisteredClient client) {
    throw new UnsupportedOperationException("clients come from configuration and from ADMIN");
  }

  /** Whether it is the platform's own, by this instance's configuration. */
  public boolean isFirstParty(String clientId) {
    var known = configured.get(clientId);
    return known != null && !known.getClientSettings().isRequireAuthorizationConsent();
  }

  /** Whether it is a scope that some client of this platform can be given. */
  public boolean isKnown(String scope) {
    return scopes.contains(scope);
  }

  private void upsert(String id, Registration client) {
    jdbc.sql(
            """
            insert into client as known (id, name, secret_mac, first_party, may_introspect,
              grant_types, redirect_uris, post_logout_redirect_uris, scopes, jwks)
            values (:id, :name, :secret, :firstParty, :mayIntrospect, :grants, :redirects,
              :postLogout, :scopes, :jwks)
            on conflict (id) do update set name = excluded.name, secret_mac = excluded.secret_mac,
              first_party = excluded.first_party, may_introspect = excluded.may_introspect,
              grant_types = excluded.grant_types, redirect_uris = excluded.redirect_uris,
              post_logout_redirect_uris = excluded.post_logout_redirect_uris,
              scopes = excluded.scopes, jwks = excluded.jwks, managed = false, deleted = false,
              version = known.version + 1, updated_at = now()
            where (known.name, known.secret_mac, known.first_party, known.may_introspect,
                known.grant_types, known.redirect_uris, known.post_logout_redirect_uris,
                known.scopes, known.jwks, known.managed, known.deleted)
              is distinct from (excluded.name, excluded.secret_mac, excluded.first_party,
                excluded.may_introspect, excluded.grant_types, excluded.redirect_uris,
                excluded.post_logout_redirect_uris, excluded.scopes, excluded.jwks, false, false)
            """)
        .param("id", id)
        .param("name", RegisteredClients.name(id, client))
        .param("secret", client.secret() == null ? null : secrets.mac(client.secret()))
        .param("firstParty", client.firstParty())
        .param("mayIntrospect", client.mayIntrospect())
        .param("grants", client.grants().toArray(String[]::new))
        .param("redirects", client.redirectUris().toArray(String[]::new))
        .param("postLogout", client.postLogoutRedirectUris().toArray(String[]::new))
        .param("scopes", client.scopes().toArray(String[]::new))
        .param("jwks", client.jwks())
        .update();
  }

  private RegisteredClient registered(String id, Registration client) {
    return registered.configured(
        id, client, client.secret() == null ? List.of() : List.of(secrets.mac(client.secret())));
  }
}
