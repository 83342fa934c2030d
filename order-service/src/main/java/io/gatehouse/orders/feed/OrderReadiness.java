package io.gatehouse.orders.feed;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.InstanceInfo.InstanceStatus;
import io.gatehouse.defaults.tokens.KeysReadiness;
import io.gatehouse.defaults.tokens.SigningKeys;
import org.springframework.boot.health.contributor.Health;

/** Ready, and UP in the registry, once tokens can be checked and while the database answers. */
class OrderReadiness extends KeysReadiness {
  private final FeedWatch watch;

  /** True while it is this that said DOWN, and nobody who stops the instance. */
  private volatile boolean lowered;

  OrderReadiness(SigningKeys keys, FeedWatch watch) {
    super(keys);
    this.watch = watch;
  }

  /** Tells the registry at once, not only with its next look. */
  void follow(ApplicationInfoManager instance) {
    announceTo(instance);
    watch.onChange(() -> instance.setInstanceStatus(getStatus(instance.getInfo().getStatus())));
  }

  @Override
  public Health health() {
    return watch.databaseAnswers() ? super.health() : Health.outOfService().build();
  }

  @Override
  public InstanceStatus getStatus(InstanceStatus current) {
    return switch (current) {
      case UP -> {
        lowered = !watch.databaseAnswers();
        yield lowered ? InstanceStatus.DOWN : super.getStatus(current);
      }
      case DOWN ->
          lowered && watch.databaseAnswers() ? super.getStatus(InstanceStatus.UP) : current;
      case STARTING -> watch.databaseAnswers() ? super.getStatus(current) : current;
      case OUT_OF_SERVICE, UNKNOWN -> current;
    };
  }
}
