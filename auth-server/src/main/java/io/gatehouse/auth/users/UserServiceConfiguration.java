package io.gatehouse.auth.users;

import org.springframework.boot.restclient.autoconfigure.RestClientBuilderConfigurer;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

@Configuration(proxyBeanMethods = false)
class UserServiceConfiguration {

  @Bean
  @LoadBalanced
  RestClient.Builder serviceClients(RestClientBuilderConfigurer configurer) {
    return configurer.configure(RestClient.builder());
  }
}
