package io.gatehouse.defaults.tokens;

import com.netflix.appinfo.ApplicationInfoManager;
import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.platform.PlatformAutoConfiguration;
import io.gatehouse.defaults.platform.ServiceClients;
import io.gatehouse.defaults.tokens.BearerTokenFilter.OpenPath;
import io.gatehouse.defaults.web.WebAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnResource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** Wires the token check of reactive services; each bean can be replaced by a service's own. */
@AutoConfiguration(after = PlatformAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
public class TokensAutoConfiguration {

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
  BearerTokenFilter bearerTokenFilter(AccessTokenVerifier verifier, ObjectProvider<OpenPath> open) {
    return new BearerTokenFilter(verifier, List.copyOf(open.orderedStream().toList()));
  }

  @Bean
  OpenPath managementPaths(Environment environment) {
    return new ManagementPaths(environment);
  }

  /** The OpenAPI document is public. */
  @Bean
  @ConditionalOnResource(resources = "classpath:" + WebAutoConfiguration.OPEN_API)
  OpenPath openApiPath() {
    return request ->
        WebAutoConfiguration.OPEN_API_PATH.equals(
            request.getPath().pathWithinApplication().value());
  }
}
