package io.gatehouse.template;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The service behind {@code /api/template}. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class TemplateServiceApplication {

  public static void main(String[] arguments) {
    SpringApplication.run(TemplateServiceApplication.class, arguments);
  }
}
