package io.gatehouse.defaults.platform;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.InstanceInfo.InstanceStatus;
import com.netflix.discovery.EurekaClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * On stop, says OUT_OF_SERVICE to the registry first and serves on for the drain window, so that
 * nobody still picks this instance when its port closes.
 */
public class DrainBeforeStop implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(DrainBeforeStop.class);

  private final ApplicationInfoManager instance;
  private final EurekaClient registry;
  private final Duration window;
  private volatile boolean running;

  public DrainBeforeStop(ApplicationInfoManager instance, EurekaClient registry, Duration window) {
    this.instance = instance;
    this.registry = registry;
    this.window = window;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    if (window.isZero() || registry.getApplications().size() == 0) {
      return;
    }
    log.info("leaving the registry; serving on for {} ms", window.toMillis());
    instance.setInstanceStatus(InstanceStatus.OUT_OF_SERVICE);
    new CompletableFuture<Void>()
        .completeOnTimeout(null, window.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before the web server's graceful stop, which has a phase just below the highest. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
