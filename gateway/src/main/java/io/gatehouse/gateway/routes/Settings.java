package io.gatehouse.gateway.routes;

import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;

/** Whether somebody set a property, in whatever spelling Spring's relaxed binding takes. */
final class Settings {
  static final String LOAD_BALANCER = "spring.cloud.loadbalancer.";
  static final String LOAD_BALANCER_CONFIGURATIONS = LOAD_BALANCER + "configurations";

  private Settings() {}

  /** The first one that is this property, or one below it. */
  static Optional<String> under(Stream<PropertySource<?>> sources, String name) {
    var asked = ConfigurationPropertyName.of(name);
    return sources
        .map(ConfigurationPropertySource::from)
        .filter(Objects::nonNull)
        .flatMap(source -> Stream.concat(itself(source, asked), below(source, asked)))
        .map(ConfigurationPropertyName::toString)
        .findFirst();
  }

  private static Stream<ConfigurationPropertyName> itself(
      ConfigurationPropertySource source, ConfigurationPropertyName asked) {
    return source.getConfigurationProperty(asked) == null ? Stream.empty() : Stream.of(asked);
  }

  private static Stream<ConfigurationPropertyName> below(
      ConfigurationPropertySource source, ConfigurationPropertyName asked) {
    return source instanceof IterableConfigurationPropertySource iterable
        ? iterable.stream().filter(asked::isAncestorOf)
        : Stream.empty();
  }

  /** Whether a team has Spring Cloud choose instances, by one of its ways. */
  static boolean springChoosesInstances(ConfigurableEnvironment environment) {
    return !environment.getProperty(LOAD_BALANCER_CONFIGURATIONS, "default").equals("default");
  }
}
