package io.gatehouse.gateway;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Netty's leak detector (paranoid, by this module's pom), with what it found kept for the tests.
 */
public final class Leaks<T> extends ResourceLeakDetector<T> {
  private static final List<String> FOUND = new CopyOnWriteArrayList<>();

  public Leaks(Class<?> type, int samplingInterval) {
    super(type, samplingInterval);
  }

  public Leaks(Class<?> type, int samplingInterval, long maxActive) {
    super(type, samplingInterval);
  }

  /** Buffers that were lost without being released, as far as the collector has come. */
  public static List<String> found() {
    System.gc();
    for (var i = 0; i < 100; i++) {
      // The detector reports when something is allocated.
      PooledByteBufAllocator.DEFAULT.directBuffer(16).release();
    }
    return FOUND;
  }

  static void forget() {
    FOUND.clear();
  }

  @Override
  protected void reportTracedLeak(String resourceType, String records) {
    FOUND.add(resourceType + records);
    super.reportTracedLeak(resourceType, records);
  }

  @Override
  protected void reportUntracedLeak(String resourceType) {
    FOUND.add(resourceType);
    super.reportUntracedLeak(resourceType);
  }
}
