package io.gatehouse.defaults.platform;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Leaves everything that traces out of a service, unless {@code gatehouse.traces.endpoint} says
 * where to send them: no bean, no handler, nothing per request.
 */
class TracesOnDemand implements AutoConfigurationImportFilter, EnvironmentAware {
  private static final List<String> TRACING =
      List.of(
          "org.springframework.boot.micrometer.tracing.",
          "org.springframework.boot.opentelemetry.");

  private boolean wanted;

  @Override
  public void setEnvironment(Environment environment) {
    wanted = !environment.getProperty("gatehouse.traces.endpoint", "").isBlank();
  }

  @Override
  public boolean[] match(
      @Nullable String[] autoConfigurations, AutoConfigurationMetadata metadata) {
    var kept = new boolean[autoConfigurations.length];
    for (var i = 0; i < kept.length; i++) {
      var name = autoConfigurations[i];
      kept[i] = wanted || name == null || TRACING.stream().noneMatch(name::startsWith);
    }
    return kept;
  }
}
