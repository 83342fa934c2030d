package io.gatehouse.defaults.platform;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.discovery.EurekaClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.web.reactive.function.client.WebClient;

/** Wires a service's place in the platform; each bean can be replaced by a service's own. */
@AutoConfiguration(
    afterName = "org.springframework.cloud.netflix.eureka.EurekaClientAutoConfiguration")
@EnableConfigurationProperties(GatehouseProperties.class)
public class PlatformAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  RecentSecurityEvents recentSecurityEvents() {
    return new RecentSecurityEvents();
  }

  @Bean
  static RegistryCredentials registryCredentials(Environment environment) {
    return new RegistryCredentials(environment);
  }

  @Bean
  static RegistryMetadata registryMetadata(Environment environment) {
    return new RegistryMetadata(environment);
  }

  @Bean
  static RegistryCalls registryCalls() {
    return new RegistryCalls();
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

  @Bean
  @ConditionalOnMissingBean
  CallGuards callGuards(ObjectProvider<MeterRegistry> meters) {
    return new CallGuards(meters.getIfAvailable(SimpleMeterRegistry::new));
  }

  /** The reactive services' clients of other services. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  static class Clients {

    @Bean
    @LoadBalanced
    @ConditionalOnMissingBean(name = "balancedClients")
    WebClient.Builder balancedClients() {
      return WebClient.builder();
    }

    @Bean
    @ConditionalOnMissingBean
    ServiceClients serviceClients(
        @LoadBalanced WebClient.Builder balancedClients, CallGuards guards, SslBundles bundles) {
      return new ServiceClients(balancedClients, guards, bundles);
    }
  }
}
