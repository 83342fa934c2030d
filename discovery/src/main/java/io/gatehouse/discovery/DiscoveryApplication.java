package io.gatehouse.discovery;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.cloud.netflix.eureka.server.EnableEurekaServer;

/** The registry where services announce themselves and find each other. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableEurekaServer
public class DiscoveryApplication {

  /** Starts the registry. */
  public static void main(String[] args) {
    SpringApplication.run(DiscoveryApplication.class, args);
  }
}
