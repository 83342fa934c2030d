package io.gatehouse.auth.grants;

import io.gatehouse.auth.clients.Clients;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.auth.web.PageLanguage;
import io.gatehouse.defaults.platform.GatehouseProperties;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.stereotype.Component;

/** Authorization requests that wait for a person's consent, known by their {@code state}. */
@Component
public class PendingConsents {
  private static final OAuth2TokenType STATE = new OAuth2TokenType(OAuth2ParameterNames.STATE);

  private final TokenFamilies families;
  private final Consents consents;
  private final Clients clients;
  private final String issuer;

  PendingConsents(
      TokenFamilies families, Consents consents, Clients clients, GatehouseProperties properties) {
    this.families = families;
    this.consents = consents;
    this.clients = clients;
    this.issuer = properties.issuer();
  }

  /**
   * What a person is asked.
   *
   * @param host where the answer goes
   * @param asked the scopes of the stored request
   * @param granted those of them that were allowed before
   * @param uiLocales of the stored request
   */
  public record Question(
      String clientId,
      String clientName,
      String host,
      Set<String> asked,
      Set<String> granted,
      @Nullable String uiLocales) {}

  /** The question behind this state, when it is put to this person and not answered yet. */
  public Optional<Question> find(String state, SignedInUser user) {
    return Optional.ofNullable(families.findByToken(state, STATE))
        .filter(family -> family.getPrincipalName().equals(user.id()))
        .map(family -> question(family, user));
  }

  private Question question(OAuth2Authorization family, SignedInUser user) {
    var client = Objects.requireNonNull(clients.findById(family.getRegisteredClientId()));
    var request = request(family);
    var before = consents.findById(client.getId(), user.id());
    return new Question(
        client.getClientId(),
        client.getClientName(),
        URI.create(redirectUri(request, family)).getAuthority(),
        request.getScopes(),
        before == null ? Set.of() : before.getScopes(),
        request.getAdditionalParameters().get(PageLanguage.PARAMETER) instanceof String locales
            ? locales
            : null);
  }

  /**
   * Where an answer leads that was given before: the same request again when it was allowed, which
   * nobody is asked about any more, else the client's refusal.
   */
  Optional<URI> answered(@Nullable String state) {
    if (state == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(families.findAnswered(state))
        .map(family -> URI.create(wasAllowed(family) ? again(family) : refusal(family)));
  }

  private static boolean wasAllowed(OAuth2Authorization family) {
    return family.getToken(OAuth2AuthorizationCode.class) != null;
  }

  private static String again(OAuth2Authorization family) {
    var request = request(family);
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("response_type", "code");
    parameters.put("client_id", request.getClientId());
    if (request.getRedirectUri() != null) {
      parameters.put("redirect_uri", request.getRedirectUri());
    }
    parameters.put("scope", String.join(" ", request.getScopes()));
    if (request.getState() != null) {
      parameters.put("state", request.getState());
    }
    request
        .getAdditionalParameters()
        .forEach((name, value) -> parameters.put(name, String.valueOf(value)));
    // Whoever had to be asked was asked.
    parameters.remove("prompt");
    return "/oauth2/authorize?"
        + parameters.entrySet().stream()
            .map(p -> p.getKey() + "=" + URLEncoder.encode(p.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
  }

  private String refusal(OAuth2Authorization family) {
    var request = request(family);
    return AuthorizationErrors.location(
        redirectUri(request, family),
        new OAuth2Error(OAuth2ErrorCodes.ACCESS_DENIED),
        request.getState(),
        issuer);
  }

  private String redirectUri(OAuth2AuthorizationRequest request, OAuth2Authorization family) {
    var asked = request.getRedirectUri();
    return asked != null
        ? asked
        : Objects.requireNonNull(clients.findById(family.getRegisteredClientId()))
            .getRedirectUris()
            .iterator()
            .next();
  }

  private static OAuth2AuthorizationRequest request(OAuth2Authorization family) {
    return Objects.requireNonNull(
        family.<OAuth2AuthorizationRequest>getAttribute(
            OAuth2AuthorizationRequest.class.getName()));
  }
}
