package io.gatehouse.orders.store;

import io.gatehouse.store.Database;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StoreProperties.class)
class StoreConfiguration {

  @Bean
  DataKeys dataKeys(StoreProperties properties) {
    return properties.dataKeys();
  }

  @Bean
  CustomerKeys customerKeys(Database database, DataKeys dataKeys) {
    return new CustomerKeys(database, dataKeys);
  }
}
