package io.gatehouse.defaults.platform;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.cloud.netflix.eureka.EurekaClientConfigBean;
import org.springframework.core.env.Environment;

/**
 * Puts the registration credentials into the registry's address, where the Eureka client looks for
 * them; it sends them as HTTP Basic and keeps them out of its messages.
 */
class RegistryCredentials implements BeanPostProcessor {
  private final Environment environment;

  RegistryCredentials(Environment environment) {
    this.environment = environment;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    if (bean instanceof EurekaClientConfigBean client && client.isEnabled()) {
      var password = environment.getProperty("gatehouse.discovery.password", "");
      if (password.isBlank()) {
        throw new IllegalStateException(
            "gatehouse.discovery.password (GATEHOUSE_DISCOVERY_PASSWORD) must be set");
      }
      var user = environment.getProperty("gatehouse.discovery.user", "gatehouse");
      var shown = encoded(user) + ":" + encoded(password) + "@";
      var urls = new HashMap<>(client.getServiceUrl());
      urls.replaceAll((_, url) -> url.contains("@") ? url : url.replace("://", "://" + shown));
      client.setServiceUrl(urls);
    }
    return bean;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
