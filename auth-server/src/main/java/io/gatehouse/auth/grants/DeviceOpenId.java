package io.gatehouse.auth.grants;

import io.gatehouse.auth.Audit;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AccessTokenAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2DeviceAuthorizationRequestAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2DeviceCodeAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.context.AuthorizationServerContextHolder;
import org.springframework.security.oauth2.server.authorization.token.DefaultOAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;

/**
 * Signs people in on devices: Spring refuses the scope {@code openid} in the device grant and gives
 * no ID token there.
 */
final class DeviceOpenId {
  private static final OAuth2TokenType DEVICE_CODE =
      new OAuth2TokenType(OAuth2ParameterNames.DEVICE_CODE);
  private static final OAuth2TokenType ID_TOKEN = new OAuth2TokenType(OidcParameterNames.ID_TOKEN);

  /** From one address, at the same time. Their codes live ten minutes. */
  private static final int MAX_WAITING = 100;

  private DeviceOpenId() {}

  /**
   * Takes {@code openid} past Spring's provider, for clients that may have it, and bounds how many
   * devices may wait.
   */
  record Request(AuthenticationProvider requests, TokenFamilies families)
      implements AuthenticationProvider {

    @Override
    public @Nullable Authentication authenticate(Authentication authentication) {
      var asked = (OAuth2DeviceAuthorizationRequestAuthenticationToken) authentication;
      var address = Audit.addressKey();
      if (address != null && families.waitingFrom(address) >= MAX_WAITING) {
        throw new OAuth2AuthenticationException(
            new OAuth2Error("slow_down", "Too many devices wait from this address", null));
      }
      if (!asked.getScopes().contains(OidcScopes.OPENID) || !mayHaveIt(asked)) {
        return requests.authenticate(asked);
      }
      var scopes = new HashSet<>(asked.getScopes());
      scopes.remove(OidcScopes.OPENID);
      var started =
          requests.authenticate(
              new OAuth2DeviceAuthorizationRequestAuthenticationToken(
                  (Authentication) asked.getPrincipal(),
                  Objects.requireNonNull(asked.getAuthorizationUri()),
                  scopes,
                  asked.getAdditionalParameters()));
      if (started instanceof OAuth2DeviceAuthorizationRequestAuthenticationToken device) {
        var code = Objects.requireNonNull(device.getDeviceCode()).getTokenValue();
        var family = Objects.requireNonNull(families.findByToken(code, DEVICE_CODE));
        families.save(
            OAuth2Authorization.from(family)
                .attribute(OAuth2ParameterNames.SCOPE, Set.copyOf(asked.getScopes()))
                .build());
      }
      return started;
    }

    @Override
    public boolean supports(Class<?> type) {
      return requests.supports(type);
    }

    private static boolean mayHaveIt(OAuth2DeviceAuthorizationRequestAuthenticationToken asked) {
      return asked.getPrincipal() instanceof OAuth2ClientAuthenticationToken client
          && client.getRegisteredClient() != null
          && client.getRegisteredClient().getScopes().contains(OidcScopes.OPENID);
    }
  }

  /** Adds the ID token to what a device code gives. */
  record Exchange(
      AuthenticationProvider exchange,
      TokenFamilies families,
      OAuth2TokenGenerator<OAuth2Token> tokens)
      implements AuthenticationProvider {

    @Override
    public @Nullable Authentication authenticate(Authentication authentication) {
      var given = exchange.authenticate(authentication);
      if (!(given instanceof OAuth2AccessTokenAuthenticationToken access)
          || !access.getAccessToken().getScopes().contains(OidcScopes.OPENID)) {
        return given;
      }
      var grant = (OAuth2DeviceCodeAuthenticationToken) authentication;
      var family = Objects.requireNonNull(families.findByToken(grant.getDeviceCode(), DEVICE_CODE));
      return new OAuth2AccessTokenAuthenticationToken(
          access.getRegisteredClient(),
          (Authentication) access.getPrincipal(),
          access.getAccessToken(),
          access.getRefreshToken(),
          Map.of(OidcParameterNames.ID_TOKEN, idToken(grant, access, family)));
    }

    @Override
    public boolean supports(Class<?> type) {
      return exchange.supports(type);
    }

    private String idToken(
        OAuth2DeviceCodeAuthenticationToken grant,
        OAuth2AccessTokenAuthenticationToken access,
        OAuth2Authorization family) {
      var token =
          tokens.generate(
              DefaultOAuth2TokenContext.builder()
                  .registeredClient(access.getRegisteredClient())
                  .principal(
                      Objects.requireNonNull(
                          family.<Authentication>getAttribute(TokenFamily.PRINCIPAL)))
                  .authorizationServerContext(AuthorizationServerContextHolder.getContext())
                  .authorization(family)
                  .authorizedScopes(family.getAuthorizedScopes())
                  .authorizationGrantType(AuthorizationGrantType.DEVICE_CODE)
                  .authorizationGrant(grant)
                  .tokenType(ID_TOKEN)
                  .build());
      return Objects.requireNonNull(token).getTokenValue();
    }
  }
}
