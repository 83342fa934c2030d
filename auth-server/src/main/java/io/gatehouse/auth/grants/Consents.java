package io.gatehouse.auth.grants;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsent;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.stereotype.Component;

/** What users allowed third-party clients, remembered until they sign up anew or clients go. */
@Component
class Consents implements OAuth2AuthorizationConsentService {
  private final JdbcClient jdbc;

  Consents(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public void save(OAuth2AuthorizationConsent consent) {
    jdbc.sql(
            """
            insert into consent (client_id, user_id, scopes) values (:client, :user, :scopes)
            on conflict (client_id, user_id)
              do update set scopes = excluded.scopes, granted_at = now()
            """)
        .param("client", consent.getRegisteredClientId())
        .param("user", consent.getPrincipalName())
        .param("scopes", consent.getScopes().toArray(String[]::new))
        .update();
  }

  @Override
  public void remove(OAuth2AuthorizationConsent consent) {
    jdbc.sql("delete from consent where client_id = :client and user_id = :user")
        .param("client", consent.getRegisteredClientId())
        .param("user", consent.getPrincipalName())
        .update();
  }

  @Override
  public @Nullable OAuth2AuthorizationConsent findById(String clientId, String userId) {
    return jdbc.sql("select scopes from consent where client_id = :client and user_id = :user")
        .param("client", clientId)
        .param("user", userId)
        .query((row, _) -> List.of((String[]) row.getArray("scopes").getArray()))
        .optional()
        .map(
            scopes -> {
              var consent = OAuth2AuthorizationConsent.withId(clientId, userId);
              scopes.forEach(consent::scope);
              return consent.build();
            })
        .orElse(null);
  }
}
