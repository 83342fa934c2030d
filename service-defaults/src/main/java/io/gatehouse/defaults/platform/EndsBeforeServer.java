package io.gatehouse.defaults.platform;

import org.springframework.context.SmartLifecycle;

/**
 * Answers that last as long as their clients like: they end when the service stops, after the drain
 * and before the web server waits for its requests, which it would do in vain.
 */
public abstract class EndsBeforeServer implements SmartLifecycle {
  private volatile boolean running;

  /** Called before the first answer, and again when a stopped service starts anew. */
  protected void begin() {}

  /** Ends every answer that still lasts. */
  protected abstract void endAll();

  @Override
  public final void start() {
    if (!running) {
      begin();
    }
    running = true;
  }

  @Override
  public final void stop() {
    running = false;
    endAll();
  }

  @Override
  public final boolean isRunning() {
    return running;
  }

  @Override
  public final int getPhase() {
    return Integer.MAX_VALUE - 512;
  }
}
