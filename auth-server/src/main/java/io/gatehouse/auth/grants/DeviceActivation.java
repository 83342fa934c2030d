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

  /** A device that waits: which client, what it asks for, and its code as the device shows it. */
  public record Waiting(String clientName, Set<String> scopes, String userCode) {}

  /** What came of a decision. */
  public enum Outcome {
    CONNECTED,
    TURNED_AWAY,
    UNKNOWN
  }

  /** The waiting device; empty when the code is unknown, expired or was decided on before. */
  public Optional<Waiting> find(String userCode) {
    return family(userCode)
        .filter(DeviceActivation::isWaiting)
        .map(
            family -> {
              var client = Objects.requireNonNull(clients.findById(family.getRegisteredClientId()));
              return new Waiting(client.getClientName(), scopes(family), shown(userCode));
            });
  }

  /**
   * Lets the device in as this user, or turns it away. The same decision again, as by a double
   * click, comes to the same.
   */
  public Outcome decide(String userCode, SignedInUser user, boolean allow) {
    var found = family(userCode).filter(DeviceActivation::isWaiting);
    if (found.isPresent()) {
      try {
        families.save(decided(found.get(), user, allow));
        return allow ? Outcome.CONNECTED : Outcome.TURNED_AWAY;
      } catch (StaleFamilyException decidedMeanwhile) {
        return family(userCode).map(family -> before(family, user)).orElse(Outcome.UNKNOWN);
      }
    }
    return family(userCode).map(family -> before(family, user)).orElse(Outcome.UNKNOWN);
  }

  /** What was decided on it, as far as this user may know. */
  private static Outcome before(OAuth2Authorization family, SignedInUser user) {
    var decider = TokenFamily.user(family);
    if (decider != null) {
      return decider.id().equals(user.id()) ? Outcome.CONNECTED : Outcome.UNKNOWN;
    }
    var device = family.getToken(OAuth2DeviceCode.class);
    return device != null && device.isInvalidated() ? Outcome.TURNED_AWAY : Outcome.UNKNOWN;
  }

  private static OAuth2Authorization decided(
      OAuth2Authorization family, SignedInUser user, boolean allow) {
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
    return decided.build();
  }

  private Optional<OAuth2Authorization> family(String userCode) {
    return Optional.ofNullable(families.findByToken(userCode, USER_CODE));
  }

  private static boolean isWaiting(OAuth2Authorization family) {
    var code = family.getToken(OAuth2UserCode.class);
    return code != null && code.isActive();
  }

  /** Our codes are two groups of four. */
  private static String shown(String userCode) {
    var code = TokenFamilies.normalized(userCode);
    return code.length() == 8 ? code.substring(0, 4) + "-" + code.substring(4) : code;
  }

  private static Set<String> scopes(OAuth2Authorization family) {
    Set<String> asked = family.getAttribute(OAuth2ParameterNames.SCOPE);
    return asked == null ? Set.of() : asked;
  }
}
