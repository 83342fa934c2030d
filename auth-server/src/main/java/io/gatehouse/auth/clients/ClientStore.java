package io.gatehouse.auth.clients;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The table of clients. What ADMIN changes is read anew at each use, so that it counts at once. */
@Component
class ClientStore {
  private static final String SELECT =
      """
      select id, name, secret_mac, grant_types, redirect_uris, post_logout_redirect_uris, scopes,
        jwks, managed, version, created_at, updated_at from client where not deleted
      """;
  private static final int BATCH = 1_000;

  private final JdbcClient jdbc;

  ClientStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** A managed client with the MACs of the secrets that work now. */
  record WithSecrets(ClientDetails details, List<byte[]> macs) {}

  Optional<WithSecrets> managed(String id) {
    return jdbc.sql(
            """
            select name, secret_mac, grant_types, redirect_uris, post_logout_redirect_uris, scopes,
              jwks, case when previous_secret_until > now() then previous_secret_mac end as previous
            from client where id = :id and managed and not deleted
            """)
        .param("id", id)
        .query((row, _) -> new WithSecrets(details(row), macs(row)))
        .optional();
  }

  Optional<StoredClient> find(String id) {
    return jdbc.sql(SELECT + " and id = :id")
        .param("id", id)
        .query((row, _) -> stored(row))
        .optional();
  }

  /** Nobody else changes it until the transaction ends. */
  Optional<StoredClient> lock(String id) {
    return jdbc.sql(SELECT + " and id = :id for update")
        .param("id", id)
        .query((row, _) -> stored(row))
        .optional();
  }

  /** Clients by id, behind the given one. */
  List<StoredClient> page(String after, int limit) {
    return jdbc.sql(SELECT + " and id > :after order by id limit :limit")
        .param("after", after)
        .param("limit", limit)
        .query((row, _) -> stored(row))
        .list();
  }

  int countManaged() {
    return jdbc.sql("select count(*) from client where managed and not deleted")
        .query(Integer.class)
        .single();
  }

  void insert(String id, ClientDetails client, byte @Nullable [] mac) {
    bind(
            """
            insert into client (id, name, secret_mac, first_party, may_introspect, grant_types,
              redirect_uris, post_logout_redirect_uris, scopes, jwks, managed)
            values (:id, :name, :secret, false, false, :grants, :redirects, :postLogout, :scopes,
              :jwks, true)
            """,
            id,
            client)
        .param("secret", mac)
        .update();
  }

  void update(String id, ClientDetails client) {
    bind(
            """
            update client set name = :name, grant_types = :grants, redirect_uris = :redirects,
              post_logout_redirect_uris = :postLogout, scopes = :scopes, jwks = :jwks,
              version = version + 1, updated_at = now()
            where id = :id
            """,
            id,
            client)
        .update();
  }

  /** The one before works until then; one before that no more. */
  void replaceSecret(String id, byte[] mac, Instant previousUntil) {
    jdbc.sql(
            """
            update client set previous_secret_mac = secret_mac, previous_secret_until = :until,
              secret_mac = :secret, version = version + 1, updated_at = now()
            where id = :id
            """)
        .param("id", id)
        .param("until", Timestamp.from(previousUntil))
        .param("secret", mac)
        .update();
  }

  void markDeleted(String id) {
    jdbc.sql("update client set deleted = true where id = :id").param("id", id).update();
  }

  /** Removes what deleted clients were given, some rows at a time, and then themselves. */
  void removeDeleted() {
    jdbc.sql("select id from client where deleted")
        .query((row, _) -> row.getString("id"))
        .list()
        .forEach(this::remove);
  }

  private void remove(String id) {
    removeAll(
        """
        delete from token_family where id in
          (select id from token_family where client_id = :client limit :batch)
        """,
        id);
    removeAll(
        """
        delete from consent where client_id = :client and user_id in
          (select user_id from consent where client_id = :client limit :batch)
        """,
        id);
    jdbc.sql("delete from client where id = :id").param("id", id).update();
  }

  private void removeAll(String statement, String client) {
    int removed;
    do {
      removed = jdbc.sql(statement).param("client", client).param("batch", BATCH).update();
    } while (removed == BATCH);
  }

  private JdbcClient.StatementSpec bind(String sql, String id, ClientDetails client) {
    return jdbc.sql(sql)
        .param("id", id)
        .param("name", client.name())
        .param("grants", client.grants().toArray(String[]::new))
        .param("redirects", client.redirectUris().toArray(String[]::new))
        .param("postLogout", client.postLogoutRedirectUris().toArray(String[]::new))
        .param("scopes", client.scopes().toArray(String[]::new))
        .param("jwks", client.jwks());
  }

  private static StoredClient stored(ResultSet row) throws SQLException {
    return new StoredClient(
        row.getString("id"),
        details(row),
        row.getBoolean("managed"),
        row.getInt("version"),
        row.getTimestamp("created_at").toInstant(),
        row.getTimestamp("updated_at").toInstant());
  }

  private static ClientDetails details(ResultSet row) throws SQLException {
    return new ClientDetails(
        row.getString("name"),
        row.getBytes("secret_mac") == null && row.getString("jwks") == null,
        texts(row.getArray("grant_types")),
        texts(row.getArray("redirect_uris")),
        texts(row.getArray("post_logout_redirect_uris")),
        texts(row.getArray("scopes")),
        row.getString("jwks"));
  }

  private static List<byte[]> macs(ResultSet row) throws SQLException {
    var macs = new ArrayList<byte[]>();
    for (var column : List.of("secret_mac", "previous")) {
      var mac = row.getBytes(column);
      if (mac != null) {
        macs.add(mac);
      }
    }
    return macs;
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }
}
