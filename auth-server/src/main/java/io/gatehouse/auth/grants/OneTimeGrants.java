package io.gatehouse.auth.grants;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.revocations.Revocations;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.OAuth2UserCode;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationCode;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationGrantAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2DeviceCodeAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2RefreshTokenAuthenticationToken;

/**
 * Lets a code or refresh token be redeemed once, and takes a second attempt for theft: the whole
 * family ends (RFC 9700 sections 2.1.1 and 4.14.2). Spring's provider behind it does the exchange.
 */
class OneTimeGrants implements AuthenticationProvider {
  private static final OAuth2TokenType CODE = new OAuth2TokenType(OAuth2ParameterNames.CODE);

  private final AuthenticationProvider exchange;
  private final TokenFamilies families;
  private final RefreshTokens refreshTokens;
  private final Revocations revocations;

  OneTimeGrants(
      AuthenticationProvider exchange,
      TokenFamilies families,
      RefreshTokens refreshTokens,
      Revocations revocations) {
    this.exchange = exchange;
    this.families = families;
    this.refreshTokens = refreshTokens;
    this.revocations = revocations;
  }

  @Override
  public @Nullable Authentication authenticate(Authentication attempt) {
    var grant = (OAuth2AuthorizationGrantAuthenticationToken) attempt;
    var family = family(grant);
    if (family != null && isOwnedBy(grant, family) && isSpent(grant, family)) {
      throw reuse(family);
    }
    if (family != null
        && (TokenFamily.is(TokenFamily.ENDED, family) || isOfEndedBrowser(grant, family))) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT);
    }
    if (family != null
        && grant instanceof OAuth2DeviceCodeAuthenticationToken
        && isOwnedBy(grant, family)
        && isUndecided(family)
        && families.pollsTooFast(family.getId())) {
      throw new OAuth2AuthenticationException("slow_down");
    }
    try {
      return exchange.authenticate(attempt);
    } catch (StaleFamilyException second) {
      throw family == null ? second : reuse(family);
    }
  }

  @Override
  public boolean supports(Class<?> type) {
    return exchange.supports(type);
  }

  /** The family that the code or token belongs to, also when it is spent. */
  private @Nullable OAuth2Authorization family(OAuth2AuthorizationGrantAuthenticationToken grant) {
    return switch (grant) {
      case OAuth2AuthorizationCodeAuthenticationToken code ->
          families.findByToken(code.getCode(), CODE);
      case OAuth2DeviceCodeAuthenticationToken device ->
          families.findByToken(
              device.getDeviceCode(), new OAuth2TokenType(OAuth2ParameterNames.DEVICE_CODE));
      case OAuth2RefreshTokenAuthenticationToken refresh ->
          refreshTokens
              .read(refresh.getRefreshToken())
              .map(ref -> families.findById(ref.family().toString()))
              .orElse(null);
      default -> null;
    };
  }

  private boolean isSpent(
      OAuth2AuthorizationGrantAuthenticationToken grant, OAuth2Authorization family) {
    return switch (grant) {
      case OAuth2AuthorizationCodeAuthenticationToken _ -> {
        var code = family.getToken(OAuth2AuthorizationCode.class);
        yield code != null && code.isInvalidated();
      }
      case OAuth2RefreshTokenAuthenticationToken refresh ->
          refreshTokens
              .read(refresh.getRefreshToken())
              .map(ref -> ref.number() < refreshTokens.numberOfCurrent(family))
              .orElse(false);
      // A denied or redeemed device code is answered by the exchange itself.
      default -> false;
    };
  }

  /** A code that was given while its browser was being signed out. */
  private static boolean isOfEndedBrowser(
      OAuth2AuthorizationGrantAuthenticationToken grant, OAuth2Authorization family) {
    return grant instanceof OAuth2AuthorizationCodeAuthenticationToken
        && TokenFamily.is(TokenFamily.BROWSER_ENDED, family);
  }

  private static boolean isUndecided(OAuth2Authorization family) {
    var code = family.getToken(OAuth2UserCode.class);
    return code != null && code.isActive();
  }

  private static boolean isOwnedBy(
      OAuth2AuthorizationGrantAuthenticationToken grant, OAuth2Authorization family) {
    return grant.getPrincipal() instanceof Authentication client
        && client.getName().equals(family.getRegisteredClientId());
  }

  private OAuth2AuthenticationException reuse(OAuth2Authorization family) {
    revocations.revokeFamily(UUID.fromString(family.getId()));
    Audit.record(
        "token-reuse", Outcome.REFUSED, family.getPrincipalName(), family.getRegisteredClientId());
    return new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT);
  }
}
