package io.gatehouse.auth.grants;

import static org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationValidator.DEFAULT_SCOPE_VALIDATOR;

import io.gatehouse.auth.grants.GrantsConfiguration.Parts;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.oauth2.server.authorization.authentication.JwtClientAssertionAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2DeviceCodeAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2PushedAuthorizationRequestAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2RefreshTokenAuthenticationProvider;

/** The endpoints that clients call, not browsers, and how clients prove who they are there. */
final class ClientEndpoints {
  private final Parts parts;
  private final ClientAssertions assertions;

  ClientEndpoints(Parts parts, ClientAssertions assertions) {
    this.parts = parts;
    this.assertions = assertions;
  }

  void configure(OAuth2AuthorizationServerConfigurer oauth) {
    var publicClients = new PublicClientAuthentication(parts.clients());
    oauth
        .clientAuthentication(
            clients ->
                clients
                    .authenticationConverter(publicClients)
                    .authenticationConverter(new NamedByAssertion())
                    .authenticationProvider(publicClients)
                    .authenticationProviders(providers -> providers.forEach(this::readAssertions))
                    .errorResponseHandler(parts.errors()))
        .tokenEndpoint(
            endpoint ->
                endpoint
                    .authenticationProviders(this::replaceGrants)
                    .errorResponseHandler(parts.errors()))
        .tokenIntrospectionEndpoint(
            endpoint ->
                endpoint
                    .authenticationProviders(only(parts.introspection()))
                    .errorResponseHandler(parts.errors()))
        .tokenRevocationEndpoint(
            endpoint ->
                endpoint
                    .authenticationProviders(only(parts.tokenRevocation()))
                    .errorResponseHandler(parts.errors()))
        .pushedAuthorizationRequestEndpoint(
            endpoint ->
                endpoint
                    .authenticationProviders(
                        providers -> providers.forEach(ClientEndpoints::checkPush))
                    .errorResponseHandler(parts.errors()))
        .deviceAuthorizationEndpoint(
            endpoint ->
                endpoint
                    .verificationUri("/activate")
                    .authenticationProviders(
                        providers ->
                            providers.replaceAll(
                                requests -> new DeviceOpenId.Request(requests, parts.families())))
                    .errorResponseHandler(parts.errors()));
  }

  private void readAssertions(AuthenticationProvider way) {
    if (way instanceof JwtClientAssertionAuthenticationProvider signed) {
      signed.setJwtDecoderFactory(assertions);
    }
  }

  private static void checkPush(AuthenticationProvider provider) {
    if (provider instanceof OAuth2PushedAuthorizationRequestAuthenticationProvider pushes) {
      pushes.setAuthenticationValidator(
          PushedRequests.check().andThen(new RedirectUris()).andThen(DEFAULT_SCOPE_VALIDATOR));
    }
  }

  /** Ours alone: after a refusal Spring would go on to ask its own provider. */
  static Consumer<List<AuthenticationProvider>> only(AuthenticationProvider ours) {
    return providers -> {
      providers.clear();
      providers.add(ours);
    };
  }

  /** Only the four grants we have, each with our rules around it. */
  private void replaceGrants(List<AuthenticationProvider> providers) {
    var ours = providers.stream().flatMap(provider -> ours(provider).stream()).toList();
    providers.clear();
    providers.addAll(ours);
  }

  private Optional<AuthenticationProvider> ours(AuthenticationProvider provider) {
    return switch (provider) {
      case OAuth2AuthorizationCodeAuthenticationProvider code -> once(code);
      case OAuth2RefreshTokenAuthenticationProvider refresh -> once(refresh);
      case OAuth2DeviceCodeAuthenticationProvider device ->
          once(device)
              .map(once -> new DeviceOpenId.Exchange(once, parts.families(), parts.tokens()));
      case OAuth2ClientCredentialsAuthenticationProvider service ->
          Optional.of(new DefaultScopes(service));
      default -> Optional.empty();
    };
  }

  private Optional<AuthenticationProvider> once(AuthenticationProvider exchange) {
    return Optional.of(
        new OneTimeGrants(exchange, parts.families(), parts.refreshTokens(), parts.revocations()));
  }
}
