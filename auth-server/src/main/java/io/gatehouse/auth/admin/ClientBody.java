package io.gatehouse.auth.admin;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.gatehouse.auth.clients.ClientDetails;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Objects;
import org.hibernate.validator.constraints.UniqueElements;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A client as ADMIN writes it. What is left out has the default that it has in configuration.
 *
 * @param isPublic null says nothing: not public for a new one, as it is for one that is there
 * @param jwks public keys for {@code private_key_jwt}, as a JWK set (RFC 7517)
 */
@JsonIgnoreProperties({"id", "secret", "managed", "version", "createdAt", "updatedAt"})
@ConsistentClient
record ClientBody(
    @NotBlank @Size(max = 100) @Pattern(regexp = "\\P{Cntrl}*", message = "must be one line")
        String name,
    @JsonProperty("public") @Nullable Boolean isPublic,
    @Size(min = 1, max = 4) @UniqueElements
        List<@NotNull @Pattern(regexp = GRANTS, message = GRANT_RULE) String> grants,
    @Size(max = 20) @UniqueElements List<@NotNull @RedirectUri String> redirectUris,
    @Size(max = 20) @UniqueElements List<@NotNull @RedirectUri String> postLogoutRedirectUris,
    @Size(min = 1, max = 20) @UniqueElements List<@NotNull @PlatformScope String> scopes,
    @PublicKeys @Nullable JsonNode jwks) {
  static final String DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";
  static final String GRANTS =
      "authorization_code|refresh_token|client_credentials|" + DEVICE_GRANT;
  static final String GRANT_RULE =
      "must be authorization_code, refresh_token, client_credentials or " + DEVICE_GRANT;

  @SuppressWarnings("NullAway") // Bound to null when it is left out.
  ClientBody {
    grants = Objects.requireNonNullElse(grants, List.of("authorization_code", "refresh_token"));
    redirectUris = Objects.requireNonNullElse(redirectUris, List.of());
    postLogoutRedirectUris = Objects.requireNonNullElse(postLogoutRedirectUris, List.of());
    scopes = Objects.requireNonNullElse(scopes, List.of("openid"));
    jwks = jwks == null || jwks.isNull() ? null : jwks;
  }

  /**
   * What it says.
   *
   * @param otherwise whether it is public when the body does not say
   */
  ClientDetails details(boolean otherwise) {
    return new ClientDetails(
        name,
        isPublic == null ? otherwise : isPublic,
        grants,
        redirectUris,
        postLogoutRedirectUris,
        scopes,
        jwks == null ? null : jwks.toString());
  }
}
