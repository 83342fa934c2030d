package io.gatehouse.connector;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Writes what happened to users and orders to Kafka. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class ConnectorApplication {

  /** Starts the connector. */
  public static void main(String[] args) {
    SpringApplication.run(ConnectorApplication.class, args);
  }
}
