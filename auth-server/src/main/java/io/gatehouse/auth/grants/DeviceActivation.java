package io.gatehouse.auth.grants;

import io.gatehouse.auth.clients.Clients;
import io.gatehouse.auth.users.SignedInUser;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springframework.security.oauth2.core.OAuth2DeviceCode;
import org.springframework.security.oauth2.core.OAuth2UserCode;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.stereotype.Component;

/** What the activation page does with the code a device shows (RFC 8628 section 3.3). */
@Component
public class DeviceActivation {
  private static final OAuth2TokenType USER_CODE =
      new OAuth2TokenType(OAuth2ParameterNames.USER_CODE);

  private final TokenFamilies families;
  private final Clients clients;

  DeviceActivation(TokenFamilies families, Clients clients) {
    this.families = families;
    this.clients = clients;
  }

  /** A device that waits: which client, and what it asks for. */
  public record Waiting(String clientName, Set<String> scopes) {}

  /** The waiting device; empty when the code is unknown, expired or was decided on before. */
  public Optional<Waiting> find(String userCode) {
    return waiting(userCode)
        .map(
            family -> {
              var client = Objects.requireNonNull(clients.findById(family.getRegisteredClientId()));
              return new Waiting(client.getClientName(), scopes(family));
            });
  }

  /**
   * Lets the device in as this user, or turns it away.
   *
   * @return false when the code is not waiting any more
   */
  public boolean decide(String userCode, SignedInUser user, boolean allow) {
    var found = waiting(userCode);
    if (found.isEmpty()) {
      return false;
    }
    var family = found.get();
    var decided =
        OAuth2Authorization.from(family)
            .invalidate(Objects.requireNonNull(family.getToken(OAuth2UserCode.class)).getToken());
    if (allow) {
      decided
          .principalName(user.id())
          .attribute(TokenFamily.PRINCIPAL, TokenFamily.principal(user))
          .authorizedScopes(scopes(family));
    } else {
      decided.invalidate(
          Objects.requireNonNull(family.getToken(OAuth2DeviceCode.class)).getToken());
    }
    try {
      families.save(decided.build());
      return true;
    } catch (StaleFamilyException decidedMeanwhile) {
      return false;
    }
  }

  private Optional<OAuth2Authorization> waiting(String userCode) {
    return Optional.ofNullable(families.findByToken(userCode, USER_CODE))
        .filter(
            family -> {
              var code = family.getToken(OAuth2UserCode.class);
              return code != null && code.isActive();
            });
  }

  private static Set<String> scopes(OAuth2Authorization family) {
    Set<String> asked = family.getAttribute(OAuth2ParameterNames.SCOPE);
    return asked == null ? Set.of() : asked;
  }
}
