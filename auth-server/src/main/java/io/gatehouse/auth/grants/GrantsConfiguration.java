package io.gatehouse.auth.grants;

import io.gatehouse.auth.clients.Clients;
import io.gatehouse.auth.revocations.EndedSignIns;
import io.gatehouse.auth.revocations.Revocations;
import io.gatehouse.defaults.platform.GatehouseProperties;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OidcConfigurer;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationValidator;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientCredentialsAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2DeviceCodeAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2RefreshTokenAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.DelegatingOAuth2TokenGenerator;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.AndRequestMatcher;
import org.springframework.security.web.util.matcher.NegatedRequestMatcher;

/** Spring Authorization Server, with our storage and our rules at the seams it offers. */
@Configuration(proxyBeanMethods = false)
class GrantsConfiguration {

  @Bean
  AuthorizationServerSettings authorizationServerSettings(GatehouseProperties properties) {
    return AuthorizationServerSettings.builder().issuer(properties.issuer()).build();
  }

  @Bean
  PasswordEncoder clientSecretEncoder(Clients clients) {
    return clients.secretEncoder();
  }

  @Bean
  OAuth2TokenGenerator<OAuth2Token> tokenGenerator(
      JwtEncoder encoder, TokenClaims claims, RefreshTokens refreshTokens) {
    var jwts = new JwtGenerator(encoder);
    jwts.setJwtCustomizer(claims);
    return new DelegatingOAuth2TokenGenerator(jwts, refreshTokens);
  }

  /** Sign-ins are tracked by the {@code sid} of their families, in the database. */
  @Bean
  SessionRegistry sessionRegistry() {
    return new NoSessionRegistry();
  }

  /** The parts that take over from Spring's own. */
  record Parts(
      Clients clients,
      TokenFamilies families,
      RefreshTokens refreshTokens,
      Consents consents,
      Revocations revocations,
      Introspection introspection,
      TokenRevocation tokenRevocation,
      UserInfo userInfo,
      Logout logout,
      OAuth2TokenGenerator<OAuth2Token> tokens,
      TokenErrors errors,
      AuthorizationErrors authorizationErrors) {}

  @Bean
  Parts parts(
      Clients clients,
      TokenFamilies families,
      RefreshTokens refreshTokens,
      Consents consents,
      Revocations revocations,
      Introspection introspection,
      TokenRevocation tokenRevocation,
      UserInfo userInfo,
      Logout logout,
      OAuth2TokenGenerator<OAuth2Token> tokens,
      TokenErrors errors,
      AuthorizationErrors authorizationErrors) {
    return new Parts(
        clients,
        families,
        refreshTokens,
        consents,
        revocations,
        introspection,
        tokenRevocation,
        userInfo,
        logout,
        tokens,
        errors,
        authorizationErrors);
  }

  @Bean
  @Order(2)
  SecurityFilterChain oauthEndpoints(
      HttpSecurity http,
      Parts parts,
      IdTokens idTokens,
      Clock clock,
      GatehouseProperties properties) {
    var server = new OAuth2AuthorizationServerConfigurer();
    var issuer = properties.issuer();
    var endpoints = new EndpointErrors(parts.errors());
    // Our own page asks the person first; Spring's endpoint does not, and is not there.
    var verification =
        PathPatternRequestMatcher.withDefaults().matcher("/oauth2/device_verification");
    http.securityMatcher(
            new AndRequestMatcher(
                server.getEndpointsMatcher(), new NegatedRequestMatcher(verification)))
        .with(
            server,
            oauth -> {
              oauth
                  .registeredClientRepository(parts.clients())
                  .authorizationService(parts.families())
                  .authorizationConsentService(parts.consents())
                  .tokenGenerator(parts.tokens())
                  .authorizationServerMetadataEndpoint(
                      endpoint ->
                          endpoint.authorizationServerMetadataCustomizer(
                              document -> document.claims(c -> Metadata.correct(c, issuer))))
                  .oidc(oidc -> openId(oidc, parts, issuer, endpoints));
              clientEndpoints(oauth, parts);
              oauth.authorizationEndpoint(
                  endpoint ->
                      endpoint
                          .consentPage("/oauth2/consent")
                          .authenticationProviders(
                              providers -> checkRedirects(providers, parts.consents()))
                          .errorResponseHandler(parts.authorizationErrors()));
            })
        .authorizeHttpRequests(
            requestRules ->
                requestRules
                    // Answered with login_required at the client, not with our sign-in page.
                    .requestMatchers(GrantsConfiguration::mustNotAsk)
                    .permitAll()
                    .anyRequest()
                    .authenticated())
        .oauth2ResourceServer(bearer -> bearer.authenticationEntryPoint(endpoints))
        .requestCache(AbstractHttpConfigurer::disable)
        .addFilterAfter(new EndedSignIns(parts.revocations()), SecurityContextHolderFilter.class)
        .addFilterAfter(
            new AuthorizationRequests(
                parts.clients(), idTokens, parts.authorizationErrors(), clock),
            EndedSignIns.class)
        .addFilterAfter(new LogoutWithoutHint(), EndedSignIns.class)
        .headers(io.gatehouse.auth.web.PageHeaders::apply)
        .exceptionHandling(
            errors ->
                errors
                    .authenticationEntryPoint(endpoints)
                    // Not the resource server's, which says nothing in the body.
                    .accessDeniedHandler(
                        (_, response, _) -> response.sendError(HttpServletResponse.SC_FORBIDDEN)));
    return http.build();
  }

  private static void clientEndpoints(OAuth2AuthorizationServerConfigurer oauth, Parts parts) {
    var publicClients = new PublicClientAuthentication(parts.clients());
    oauth
        .clientAuthentication(
            clients ->
                clients
                    .authenticationConverter(publicClients)
                    .authenticationProvider(publicClients)
                    .errorResponseHandler(parts.errors()))
        .tokenEndpoint(
            endpoint ->
                endpoint
                    .authenticationProviders(providers -> replaceExchanges(providers, parts))
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

  private static void openId(
      OidcConfigurer oidc, Parts parts, String issuer, EndpointErrors errors) {
    oidc.providerConfigurationEndpoint(
            endpoint ->
                endpoint.providerConfigurationCustomizer(
                    document -> document.claims(c -> Metadata.correctOpenId(c, issuer))))
        .userInfoEndpoint(
            endpoint ->
                endpoint
                    .authenticationProviders(only(parts.userInfo()))
                    .errorResponseHandler(errors::commence))
        .logoutEndpoint(
            endpoint ->
                endpoint
                    .authenticationProviders(only(parts.logout()))
                    .logoutResponseHandler(new LogoutRedirect())
                    .errorResponseHandler(parts.authorizationErrors()));
  }

  /** Ours alone: after a refusal Spring would go on to ask its own provider. */
  private static Consumer<List<AuthenticationProvider>> only(AuthenticationProvider ours) {
    return providers -> {
      providers.clear();
      providers.add(ours);
    };
  }

  /** Only the four grants we have, each with our rules around it. */
  private static void replaceExchanges(List<AuthenticationProvider> providers, Parts parts) {
    var ours = providers.stream().flatMap(provider -> ours(provider, parts).stream()).toList();
    providers.clear();
    providers.addAll(ours);
  }

  private static Optional<AuthenticationProvider> ours(
      AuthenticationProvider provider, Parts parts) {
    return switch (provider) {
      case OAuth2AuthorizationCodeAuthenticationProvider code -> once(code, parts);
      case OAuth2RefreshTokenAuthenticationProvider refresh -> once(refresh, parts);
      case OAuth2DeviceCodeAuthenticationProvider device ->
          once(device, parts)
              .map(once -> new DeviceOpenId.Exchange(once, parts.families(), parts.tokens()));
      case OAuth2ClientCredentialsAuthenticationProvider service ->
          Optional.of(new DefaultScopes(service));
      default -> Optional.empty();
    };
  }

  private static Optional<AuthenticationProvider> once(
      AuthenticationProvider exchange, Parts parts) {
    return Optional.of(
        new OneTimeGrants(exchange, parts.families(), parts.refreshTokens(), parts.revocations()));
  }

  private static boolean mustNotAsk(HttpServletRequest request) {
    return request.getRequestURI().equals("/oauth2/authorize")
        && "none".equals(request.getParameter("prompt"));
  }

  private static void checkRedirects(List<AuthenticationProvider> providers, Consents consents) {
    for (var provider : providers) {
      if (provider instanceof OAuth2AuthorizationCodeRequestAuthenticationProvider requests) {
        requests.setAuthorizationConsentRequired(consents::isRequired);
        requests.setAuthenticationValidator(
            new RedirectUris()
                .andThen(
                    OAuth2AuthorizationCodeRequestAuthenticationValidator.DEFAULT_SCOPE_VALIDATOR));
      }
    }
  }
}
