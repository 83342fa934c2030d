package io.gatehouse.defaults;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.discovery.EurekaClient;
import io.gatehouse.defaults.BearerTokenFilter.OpenPath;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import jakarta.validation.Validator;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.client.WebClient;
import tools.jackson.databind.json.JsonMapper;

/** Wires what every service does alike; each bean can be replaced by a service's own. */
@AutoConfiguration(
    afterName = "org.springframework.cloud.netflix.eureka.EurekaClientAutoConfiguration",
    beforeName =
        "org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration")
@EnableConfigurationProperties(GatehouseProperties.class)
public class GatehouseAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  Clock clock() {
    return Clock.systemUTC();
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
    @ConditionalOnMissingBean
    ErrorRenderer errorRenderer(JsonMapper json) {
      return new ErrorRenderer(json);
    }

    @Bean
    @ConditionalOnMissingBean
    JsonBodies jsonBodies(Validator validator) {
      return new JsonBodies(validator);
    }

    /** For calls to other services by their registered name. */
    @Bean
    @LoadBalanced
    @ConditionalOnMissingBean(name = "serviceClients")
    WebClient.Builder serviceClients() {
      return WebClient.builder();
    }

    @Bean
    @ConditionalOnMissingBean
    SigningKeys signingKeys(@LoadBalanced WebClient.Builder serviceClients, Clock clock) {
      var client = serviceClients.clone().baseUrl("http://auth-server").build();
      return new SigningKeys(
          client.get().uri("/oauth2/jwks").retrieve().bodyToMono(String.class), clock);
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
}
