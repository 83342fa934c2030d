package io.gatehouse.defaults.platform;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.cloud.netflix.eureka.EurekaClientConfigBean;
import org.springframework.core.env.Environment;

/**
 * Puts the registration credentials into the registries' addresses, where the Eureka client looks
 * for them; it sends them as HTTP Basic and keeps them out of its messages.
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
      urls.replaceAll((_, addresses) -> withCredentials(addresses, shown));
      client.setServiceUrl(urls);
    }
    return bean;
  }

  private static String withCredentials(String addresses, String shown) {
    return Stream.of(addresses.split(",", -1))
        .map(String::strip)
        .peek(RegistryCredentials::check)
        .map(url -> url.contains("@") ? url : url.replace("://", "://" + shown))
        .collect(Collectors.joining(","));
  }

  private static void check(String url) {
    try {
      var parsed = URI.create(url);
      if (parsed.getScheme() != null
          && parsed.getScheme().matches("https?")
          && parsed.getHost() != null) {
        return;
      }
    } catch (IllegalArgumentException _) {
      // Told below, without what may be a password in it.
    }
    throw new IllegalStateException(
        "eureka.client.service-url.defaultZone (GATEHOUSE_DISCOVERY_URL) must be addresses such as"
            + " http://discovery-0.discovery-peers:8761/eureka/, separated by commas");
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
