package io.gatehouse.orders.store;

import io.gatehouse.store.Database;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StoreProperties.class)
class StoreConfiguration {

  @Bean
  CustomerKeys customerKeys(Database database, StoreProperties properties) {
    return new CustomerKeys(database, properties.masterKey());
  }
}
