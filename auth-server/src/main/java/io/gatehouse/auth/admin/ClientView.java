package io.gatehouse.auth.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonRawValue;
import io.gatehouse.auth.clients.StoredClient;
import io.gatehouse.defaults.platform.Times;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client as ADMIN reads it.
 *
 * @param secret only in the answer that made it
 * @param jwks only where there are keys
 */
record ClientView(
    String id,
    String name,
    @JsonProperty("public") boolean isPublic,
    List<String> grants,
    List<String> redirectUris,
    List<String> postLogoutRedirectUris,
    List<String> scopes,
    boolean managed,
    String createdAt,
    String updatedAt,
    @JsonRawValue @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String jwks,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret) {

  static ClientView of(StoredClient client, @Nullable String secret) {
    var details = client.details();
    return new ClientView(
        client.id(),
        details.name(),
        details.isPublic(),
        details.grants(),
        details.redirectUris(),
        details.postLogoutRedirectUris(),
        details.scopes(),
        client.managed(),
        Times.text(client.createdAt()),
        Times.text(client.updatedAt()),
        details.jwks(),
        secret);
  }

  /** Never the secret: this record may end up in a log line. */
  @Override
  public String toString() {
    return "ClientView[" + id + "]";
  }
}
