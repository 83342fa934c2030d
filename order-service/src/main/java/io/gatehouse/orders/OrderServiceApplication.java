package io.gatehouse.orders;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** The order service: port 8082, behind the gateway. */
@EnableConfigurationProperties(StreamProperties.class)
@SpringBootApplication(proxyBeanMethods = false)
public class OrderServiceApplication {

  public static void main(String[] args) {
    SpringApplication.run(OrderServiceApplication.class, args);
  }
}
