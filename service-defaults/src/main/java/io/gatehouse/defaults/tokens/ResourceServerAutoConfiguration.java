package io.gatehouse.defaults.tokens;

import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.web.ApiException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableReactiveMethodSecurity;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.config.web.server.SecurityWebFiltersOrder;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtReactiveAuthenticationManager;
import org.springframework.security.oauth2.server.resource.authentication.ReactiveJwtAuthenticationConverter;
import org.springframework.security.web.server.MatcherSecurityWebFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.WebFilterExchange;
import org.springframework.security.web.server.authentication.AuthenticationWebFilter;
import org.springframework.security.web.server.context.NoOpServerSecurityContextRepository;
import org.springframework.security.web.server.context.SecurityContextServerWebExchange;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedHandler;
import org.springframework.security.web.server.firewall.ServerWebExchangeFirewall;
import org.springframework.util.function.SingletonSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Spring Security's resource server, as lean as a service behind the gateway needs it; each bean
 * can be replaced by a service's own.
 */
@AutoConfiguration(
    after = TokensAutoConfiguration.class,
    beforeName = {
      "org.springframework.boot.security.autoconfigure.ReactiveUserDetailsServiceAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.actuate.web.reactive.ReactiveManagementWebSecurityAutoConfiguration",
      "org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration",
      "org.springframework.boot.security.oauth2.server.resource.autoconfigure.reactive.ReactiveOAuth2ResourceServerAutoConfiguration"
    })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnClass({ServerHttpSecurity.class, JwtAuthenticationToken.class})
@ConditionalOnProperty(name = "gatehouse.resource-server", matchIfMissing = true)
@EnableReactiveMethodSecurity
public class ResourceServerAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean(ReactiveJwtDecoder.class)
  AccessTokenDecoder reactiveJwtDecoder(
      SigningKeys keys,
      GatehouseProperties properties,
      Clock clock,
      ObjectProvider<MeterRegistry> meters) {
    var decoder = new AccessTokenDecoder(keys, properties.issuer(), clock);
    meters.ifAvailable(
        registry -> CaffeineCacheMetrics.monitor(registry, decoder.cache(), "verified.tokens"));
    return decoder;
  }

  @Bean
  @ConditionalOnMissingBean
  ReactiveJwtAuthenticationConverter scopesAndRoles() {
    var converter = new ReactiveJwtAuthenticationConverter();
    converter.setJwtGrantedAuthoritiesConverter(
        token -> Flux.fromIterable(VerifiedJwt.authorities(token)));
    return converter;
  }

  @Bean
  SecurityErrors securityErrors() {
    return new SecurityErrors();
  }

  @Bean
  ManagementPort managementPort() {
    return new ManagementPort();
  }

  /**
   * What each chain of a service begins with, also one of its own: bearer tokens and the platform's
   * errors, and nothing for browsers, who meet the gateway. The management port is no chain's.
   */
  @Bean
  Customizer<ServerHttpSecurity> resourceServer(
      ReactiveJwtDecoder decoder,
      ReactiveJwtAuthenticationConverter authorities,
      SecurityErrors errors,
      ManagementPort management) {
    return http ->
        http.securityMatcher(management::other)
            .securityContextRepository(NoOpServerSecurityContextRepository.getInstance())
            .csrf(ServerHttpSecurity.CsrfSpec::disable)
            .headers(ServerHttpSecurity.HeaderSpec::disable)
            .httpBasic(ServerHttpSecurity.HttpBasicSpec::disable)
            .formLogin(ServerHttpSecurity.FormLoginSpec::disable)
            .logout(ServerHttpSecurity.LogoutSpec::disable)
            .requestCache(ServerHttpSecurity.RequestCacheSpec::disable)
            .exceptionHandling(
                refusals -> refusals.authenticationEntryPoint(errors).accessDeniedHandler(errors))
            .oauth2ResourceServer(
                tokens ->
                    tokens
                        .bearerTokenConverter(new BearerTokenConverter(_ -> true))
                        .authenticationEntryPoint(errors)
                        .authenticationFailureHandler(errors)
                        .accessDeniedHandler(errors)
                        .jwt(
                            jwt -> jwt.jwtDecoder(decoder).jwtAuthenticationConverter(authorities)))
            .addFilterAfter(new AccessTokenFilter(), SecurityWebFiltersOrder.AUTHENTICATION);
  }

  /**
   * A valid token on every path that is not declared open. It is one filter of Spring Security's:
   * each further one of {@code ServerHttpSecurity} costs a request two microseconds and more.
   */
  @Bean
  @ConditionalOnMissingBean
  SecurityWebFilterChain tokenUnlessOpen(
      ReactiveJwtDecoder decoder,
      ReactiveJwtAuthenticationConverter authorities,
      SecurityErrors errors,
      ManagementPort management,
      ObjectProvider<OpenPath> openPaths) {
    var manager = new JwtReactiveAuthenticationManager(decoder);
    manager.setJwtAuthenticationConverter(authorities);
    var open = openPaths.orderedStream().toList();
    var filter = new AuthenticationWebFilter(manager);
    filter.setServerAuthenticationConverter(
        new BearerTokenConverter(request -> open.stream().anyMatch(path -> path.matches(request))));
    filter.setAuthenticationFailureHandler(errors);
    filter.setAuthenticationSuccessHandler(ResourceServerAutoConfiguration::goOn);
    return new MatcherSecurityWebFilterChain(management::other, List.of(filter));
  }

  private static Mono<Void> goOn(WebFilterExchange filtered, Authentication caller) {
    var exchange = filtered.getExchange();
    AccessToken.put(exchange, caller);
    return filtered
        .getChain()
        .filter(
            new SecurityContextServerWebExchange(
                exchange, Mono.just(new SecurityContextImpl(caller))));
  }

  /**
   * Puts a service's {@link DirectRead}s before Spring's way, on its own port only: the management
   * port's server is not customized by beans of this context. A service with a decoder of its own
   * has Spring's way alone.
   */
  @Bean
  @ConditionalOnBean({DirectRead.class, AccessTokenDecoder.class})
  WebServerFactoryCustomizer<NettyReactiveWebServerFactory> directReads(
      AccessTokenDecoder decoder,
      ObjectProvider<DirectRead> reads,
      ObjectProvider<HttpHandler> spring,
      MeterRegistry meters,
      @Value("${gatehouse.traces.endpoint:}") String traces) {
    var usual = SingletonSupplier.of(() -> new ReactorHttpHandlerAdapter(spring.getObject()));
    return server ->
        server.addRouteProviders(
            routes ->
                routes.route(
                    _ -> true,
                    new DirectReads(
                        decoder,
                        reads.orderedStream().toList(),
                        usual::obtain,
                        meters,
                        !traces.isBlank())));
  }

  /**
   * The edge lets in only what is spelled in one way, and paths are matched by their decoded
   * segments, for rules as for routes; the strict one looks at each header each time it is read.
   */
  @Bean
  @ConditionalOnMissingBean
  ServerWebExchangeFirewall edgeIsTheFirewall() {
    return ServerWebExchangeFirewall.INSECURE_NOOP;
  }

  /** Answers for a service that has a firewall of its own. */
  @Bean
  @ConditionalOnMissingBean
  ServerExchangeRejectedHandler rejectedRequests() {
    return (_, rejected) -> Mono.error(ApiException.malformed("This request is refused"));
  }

  /** Requests are observed as a whole already. */
  @Bean
  @ConditionalOnMissingBean
  SecurityObservationSettings noSecurityObservations() {
    return SecurityObservationSettings.noObservations();
  }
}
