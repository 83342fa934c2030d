package io.gatehouse.auth.grants;

import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsent;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.stereotype.Component;

/** What users allowed third-party clients, remembered until they sign up anew or clients go. */
@Component
class Consents implements OAuth2AuthorizationConsentService {
  private final JdbcClient jdbc;

  Consents(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Whether a person has to be asked: of a third party the first time, were it only who the person
   * is, then for each scope that was not allowed before; and of any client whose request says so
   * ({@code prompt=consent}).
   */
  boolean isRequired(OAuth2AuthorizationCodeRequestAuthenticationContext context) {
    OAuth2AuthorizationCodeRequestAuthenticationToken request = context.getAuthentication();
    var client = context.getRegisteredClient();
    if (String.valueOf(request.getAdditionalParameters().get("prompt")).contains("consent")) {
      return true;
    }
    if (!client.getClientSettings().isRequireAuthorizationConsent()) {
      return false;
    }
    var wanted = new HashSet<>(request.getScopes());
    wanted.remove(OidcScopes.OPENID);
    var user = ((Authentication) request.getPrincipal()).getName();
    var before = findById(client.getId(), user);
    return before == null || !before.getScopes().containsAll(wanted);
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
