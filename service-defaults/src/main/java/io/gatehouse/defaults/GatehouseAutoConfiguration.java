package io.gatehouse.defaults;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.discovery.EurekaClient;
import io.gatehouse.defaults.BearerTokenFilter.OpenPath;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import jakarta.validation.ValidatorFactory;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnResource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.json.JsonMapper;

/** Wires what every service does alike; each bean can be replaced by a service's own. */
@AutoConfiguration(
    afterName = "org.springframework.cloud.netflix.eureka.EurekaClientAutoConfiguration",
    beforeName =
        "org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration")
@EnableConfigurationProperties(GatehouseProperties.class)
public class GatehouseAutoConfiguration {
  private static final String OPEN_API = "openapi.yaml";

  @Bean
  @ConditionalOnMissingBean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  static RegistryCredentials registryCredentials(Environment environment) {
    return new RegistryCredentials(environment);
  }

  @Bean
  static RegistryTls registryTls(ObjectProvider<SslBundles> bundles) {
    return new RegistryTls(bundles);
  }

  @Bean
  @ConditionalOnBean({EurekaClient.class, ApplicationInfoManager.class})
  @ConditionalOnMissingBean
  DrainBeforeStop drainBeforeStop(
      ApplicationInfoManager instance, EurekaClient registry, GatehouseProperties properties) {
    return new DrainBeforeStop(instance, registry, properties.drain());
  }

  /** The reactive services: gateway, user-service, order-service and those that teams add. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  static class Reactive {

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty(name = "gatehouse.request-id-filter", matchIfMissing = true)
    RequestIdFilter requestIdFilter() {
      return new RequestIdFilter();
    }

    @Bean
    NettyServerCustomizer requestTargets() {
      return RequestTargets::answered;
    }

    @Bean
    @ConditionalOnMissingBean
    ErrorRenderer errorRenderer(JsonMapper json) {
      return new ErrorRenderer(json);
    }

    @Bean
    @ConditionalOnMissingBean
    JsonBodies jsonBodies(ValidatorFactory validation) {
      return new JsonBodies(validation);
    }

    @Bean
    @LoadBalanced
    @ConditionalOnMissingBean(name = "balancedClients")
    WebClient.Builder balancedClients() {
      return WebClient.builder();
    }

    @Bean
    @ConditionalOnMissingBean
    ServiceClients serviceClients(
        @LoadBalanced WebClient.Builder balancedClients, SslBundles bundles) {
      return new ServiceClients(balancedClients, bundles);
    }

    @Bean
    @ConditionalOnMissingBean
    SigningKeys signingKeys(ServiceClients services, Clock clock) {
      var client = services.to("auth-server").build();
      return new SigningKeys(
          client.get().uri("/oauth2/jwks").retrieve().bodyToMono(String.class), clock);
    }

    @Bean
    @ConditionalOnMissingBean
    KeysReadiness keysReadiness(SigningKeys keys, ObjectProvider<ApplicationInfoManager> instance) {
      var readiness = new KeysReadiness(keys);
      instance.ifAvailable(readiness::announceTo);
      return readiness;
    }

    @Bean
    @ConditionalOnMissingBean
    AccessTokenVerifier accessTokenVerifier(
        SigningKeys keys,
        GatehouseProperties properties,
        Clock clock,
        ObjectProvider<MeterRegistry> meters) {
      var verifier = new AccessTokenVerifier(keys, properties.issuer(), clock);
      meters.ifAvailable(
          registry -> CaffeineCacheMetrics.monitor(registry, verifier.cache(), "verified.tokens"));
      return verifier;
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnProperty(name = "gatehouse.bearer-filter", matchIfMissing = true)
    BearerTokenFilter bearerTokenFilter(
        AccessTokenVerifier verifier, ObjectProvider<OpenPath> open) {
      return new BearerTokenFilter(verifier, List.copyOf(open.orderedStream().toList()));
    }
  }

  /** Reactive services with a management port. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  static class Management {

    @Bean
    OpenPath managementPaths(Environment environment) {
      return new ManagementPaths(environment);
    }
  }

  /** Services with an {@code openapi.yaml} serve it, for the gateway to merge. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  @ConditionalOnResource(resources = "classpath:" + OPEN_API)
  static class OpenApi {
    private static final String PATH = "/openapi.json";

    @Bean
    RouterFunction<ServerResponse> openApiRoute(GatehouseProperties properties, JsonMapper json) {
      var document =
          Mono.fromSupplier(
                  () ->
                      json.writeValueAsBytes(
                          OpenApiDocument.read(
                              new ClassPathResource(OPEN_API), properties.issuer())))
              .subscribeOn(Schedulers.boundedElastic())
              .cache();
      return ApiRoutes.table()
          .get(
              PATH,
              _ ->
                  document.flatMap(
                      bytes ->
                          ServerResponse.ok()
                              .contentType(MediaType.APPLICATION_JSON)
                              .bodyValue(bytes)))
          .build();
    }

    @Bean
    OpenPath openApiPath() {
      return request -> PATH.equals(request.getPath().pathWithinApplication().value());
    }
  }
}
