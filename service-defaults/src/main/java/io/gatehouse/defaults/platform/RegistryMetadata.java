package io.gatehouse.defaults.platform;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.cloud.netflix.eureka.EurekaInstanceConfigBean;
import org.springframework.core.env.Environment;

/**
 * Tells the registry which version an instance is and since when it runs, as the metadata {@value
 * #VERSION} and {@value #STARTED_AT} (RFC 3339).
 */
public class RegistryMetadata implements BeanPostProcessor {
  public static final String VERSION = "gatehouse-version";
  public static final String STARTED_AT = "gatehouse-started-at";

  private final Environment environment;

  RegistryMetadata(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    if (bean instanceof EurekaInstanceConfigBean instance) {
      var startedAt = ManagementFactory.getRuntimeMXBean().getStartTime();
      instance
          .getMetadataMap()
          .put(VERSION, environment.getProperty("spring.application.version", "unknown"));
      instance.getMetadataMap().put(STARTED_AT, Times.text(Instant.ofEpochMilli(startedAt)));
    }
    return bean;
  }
}
