package io.gatehouse.auth.users;

import org.springframework.boot.restclient.autoconfigure.RestClientBuilderConfigurer;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Scope;
import org.springframework.web.client.RestClient;

@Configuration(proxyBeanMethods = false)
class UserServiceConfiguration {

  /**
   * The registry's own client takes the builder it finds: it must not look the registry up in
   * itself.
   */
  @Bean
  @Primary
  @Scope("prototype")
  RestClient.Builder plainClients() {
    return RestClient.builder();
  }

  @Bean
  @LoadBalanced
  RestClient.Builder serviceClients(RestClientBuilderConfigurer configurer) {
    return configurer.configure(RestClient.builder());
  }
}
