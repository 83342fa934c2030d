package io.gatehouse.defaults.tokens;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.HealthCheckHandler;
import com.netflix.appinfo.InstanceInfo.InstanceStatus;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * A service is ready, and UP in the registry, once it can check tokens: before that it could only
 * answer 503, and in a rolling restart a request would be lost to it. From then on it stays so,
 * whatever becomes of the issuer.
 */
public class KeysReadiness implements HealthIndicator, HealthCheckHandler {
  private final SigningKeys keys;

  public KeysReadiness(SigningKeys keys) {
    this.keys = keys;
  }

  /** Tells the registry at once when the keys are there, not only with its next look. */
  public void announceTo(ApplicationInfoManager instance) {
    keys.onChange(() -> instance.setInstanceStatus(getStatus(instance.getInfo().getStatus())));
  }

  @Override
  public Health health() {
    return keys.loaded() ? Health.up().build() : Health.outOfService().build();
  }

  /** What a stopping instance says of itself stands. */
  @Override
  public InstanceStatus getStatus(InstanceStatus current) {
    return switch (current) {
      case STARTING, UP -> keys.loaded() ? InstanceStatus.UP : InstanceStatus.STARTING;
      case DOWN, OUT_OF_SERVICE, UNKNOWN -> current;
    };
  }
}
