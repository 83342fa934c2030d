package io.gatehouse.users;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** Users, their credentials and roles. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class UserServiceApplication {

  public static void main(String[] arguments) {
    SpringApplication.run(UserServiceApplication.class, arguments);
  }
}
