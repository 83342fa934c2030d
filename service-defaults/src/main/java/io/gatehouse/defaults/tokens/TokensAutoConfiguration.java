package io.gatehouse.defaults.tokens;

import com.netflix.appinfo.ApplicationInfoManager;
import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.platform.PlatformAutoConfiguration;
import io.gatehouse.defaults.platform.ServiceClients;
import io.gatehouse.defaults.web.WebAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnResource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

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

  /** For the gateway, which does at its edge what Spring Security does in services. */
  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnProperty(name = "gatehouse.resource-server", havingValue = "false")
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

  /** The OpenAPI document is public. */
  @Bean
  @ConditionalOnResource(resources = "classpath:" + WebAutoConfiguration.OPEN_API)
  OpenPath openApiPath() {
    return request ->
        WebAutoConfiguration.OPEN_API_PATH.equals(
            request.getPath().pathWithinApplication().value());
  }

  /** Without Spring Security nothing would check a token, so the service must not start. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingClass(
      "org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken")
  @ConditionalOnProperty(name = "gatehouse.resource-server", matchIfMissing = true)
  static class Unprotected {
    Unprotected() {
      throw new IllegalStateException(
          "Nothing checks tokens here: add spring-boot-starter-security-oauth2-resource-server to"
              + " the dependencies, or set gatehouse.resource-server to false in a service that"
              + " checks them itself");
    }
  }
}
