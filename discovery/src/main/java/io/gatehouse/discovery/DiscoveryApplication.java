package io.gatehouse.discovery;

import java.security.Security;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.cloud.netflix.eureka.server.EnableEurekaServer;

/** The registry where services announce themselves and find each other. */
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
@ConfigurationPropertiesScan
@EnableEurekaServer
public class DiscoveryApplication {

  /** Starts the registry. */
  public static void main(String[] args) {
    // A restarted peer has another address: half a minute at the old one is longer than a lease.
    Security.setProperty("networkaddress.cache.ttl", "3");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
    SpringApplication.run(DiscoveryApplication.class, args);
  }
}
