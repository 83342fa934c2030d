package io.gatehouse.auth.grants;

import static org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationValidator.DEFAULT_SCOPE_VALIDATOR;

import io.gatehouse.auth.clients.Clients;
import io.gatehouse.auth.revocations.EndedSignIns;
import io.gatehouse.auth.revocations.Revocations;
import io.gatehouse.auth.web.WithoutSession;
import io.gatehouse.defaults.platform.GatehouseProperties;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OidcConfigurer;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.core.session.SessionRegistry;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationProvider;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.DelegatingOAuth2TokenGenerator;
import org.springframework.security.oauth2.server.authorization.token.JwtGenerator;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.AndRequestMatcher;
import org.springframework.security.web.util.matcher.NegatedRequestMatcher;
import org.springframework.stereotype.Component;

/** Spring Authorization Server, with our storage and our rules at the seams it offers. */
@Configuration(proxyBeanMethods = false)
class GrantsConfiguration {
  @Bean
  AuthorizationServerSettings authorizationServerSettings(GatehouseProperties properties) {
    return AuthorizationServerSettings.builder().issuer(properties.issuer()).build();
  }

  @Bean
  OAuth2TokenGenerator<OAuth2Token> tokenGenerator(
      JwtEncoder encoder, TokenClaims claims, RefreshTokens refreshTokens) {
    var jwts = new JwtGenerator(encoder);
    jwts.setJwtCustomizer(claims);
    return new DelegatingOAuth2TokenGenerator(jwts, refreshTokens);
  }

  /**
   * Requests are observed by the server and calls by their clients. Spring Security would observe
   * each of its two dozen filters in each of them besides.
   */
  @Bean
  SecurityObservationSettings securityObservations() {
    return SecurityObservationSettings.noObservations();
  }

  /** Sign-ins are tracked by the {@code sid} of their families, in the database. */
  @Bean
  SessionRegistry sessionRegistry() {
    return new NoSessionRegistry();
  }

  /** The parts that take over from Spring's own. */
  @Component
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
  @Order(2)
  SecurityFilterChain oauthEndpoints(
      HttpSecurity http,
      Parts parts,
      IdTokens idTokens,
      PushedRequests pushed,
      ClientAssertions assertions,
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
              new ClientEndpoints(parts, assertions).configure(oauth);
              oauth.authorizationEndpoint(
                  endpoint ->
                      endpoint
                          .consentPage("/oauth2/consent")
                          .authenticationProviders(
                              providers -> checkRedirects(providers, parts.consents()))
                          .authorizationResponseHandler(new AuthorizationAnswer(issuer))
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
        .oauth2ResourceServer(
            bearer ->
                bearer.bearerTokenResolver(UserInfo.tokens()).authenticationEntryPoint(endpoints))
        .requestCache(AbstractHttpConfigurer::disable)
        .addFilterBefore(
            new WithoutSession(PathPatternRequestMatcher.withDefaults().matcher("/userinfo")),
            SecurityContextHolderFilter.class)
        .addFilterAfter(new EndedSignIns(parts.revocations()), SecurityContextHolderFilter.class)
        .addFilterBefore(new UnknownScopes(parts.clients()), EndedSignIns.class)
        .addFilterAfter(
            new AuthorizationRequests(
                parts.clients(), pushed, idTokens, parts.authorizationErrors(), clock),
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

  private static void openId(
      OidcConfigurer oidc, Parts parts, String issuer, EndpointErrors errors) {
    oidc.providerConfigurationEndpoint(
            endpoint ->
                endpoint.providerConfigurationCustomizer(
                    document -> document.claims(c -> Metadata.correctOpenId(c, issuer))))
        .userInfoEndpoint(
            endpoint ->
                endpoint
                    .authenticationProviders(ClientEndpoints.only(parts.userInfo()))
                    .errorResponseHandler(errors::commence))
        .logoutEndpoint(
            endpoint ->
                endpoint
                    .authenticationProviders(ClientEndpoints.only(parts.logout()))
                    .logoutResponseHandler(new LogoutRedirect())
                    .errorResponseHandler(parts.authorizationErrors()));
  }

  private static boolean mustNotAsk(HttpServletRequest request) {
    return request.getRequestURI().equals("/oauth2/authorize")
        && "none".equals(request.getParameter("prompt"));
  }

  private static void checkRedirects(List<AuthenticationProvider> providers, Consents consents) {
    for (var provider : providers) {
      if (provider instanceof OAuth2AuthorizationCodeRequestAuthenticationProvider requests) {
        requests.setAuthorizationConsentRequired(consents::isRequired);
        requests.setAuthenticationValidator(new RedirectUris().andThen(DEFAULT_SCOPE_VALIDATOR));
      }
    }
  }
}
