package io.gatehouse.orders.reads;

import io.gatehouse.orders.store.CustomerKeys;
import io.gatehouse.store.Database;
import io.gatehouse.store.Replicas;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class ReadsConfiguration {

  @Bean
  OrderList orderList(Database database, Replicas replicas, CustomerKeys keys) {
    return new OrderList(database, replicas, keys);
  }
}
