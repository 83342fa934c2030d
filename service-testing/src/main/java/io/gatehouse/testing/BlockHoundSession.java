package io.gatehouse.testing;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.blockhound.BlockingOperationError;

/**
 * Whatever blocks an event loop fails its request, and so its test.
 *
 * <p>Installed before the first test of a module, because a scheduler's thread that is already
 * waiting when the JDK's methods are redefined dies, and its tasks are lost. A reactive module
 * names this class in {@code META-INF/services}.
 */
public final class BlockHoundSession implements LauncherSessionListener {

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    BlockHound.builder()
        .loadIntegrations()
        // Once per type and per language, at the first use.
        .allowBlockingCallsInside(
            "tools.jackson.databind.deser.DeserializerCache", "_createAndCacheValueDeserializer")
        .allowBlockingCallsInside(
            "org.hibernate.validator.resourceloading.PlatformResourceBundleLocator", "loadBundle")
        .allowBlockingCallsInside(
            "org.hibernate.validator.internal.metadata.BeanMetaDataManagerImpl", "getBeanMetaData")
        // Reads /dev/urandom, which answers from memory.
        .allowBlockingCallsInside("sun.security.provider.NativePRNG$RandomIO", "readFully")
        // Held for the moment in which a thread gets a magazine of its own.
        .allowBlockingCallsInside(
            "io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "tryExpandMagazines")
        // Locks that event loops share, each held for a few instructions. A loop would wait only
        // where they meet, so an error there comes by chance, and leaves what is inside torn: a
        // queue whose readers were not woken serves nobody until one of them gives up waiting.
        .allowBlockingCallsInside("java.util.concurrent.LinkedBlockingQueue", "offer")
        .allowBlockingCallsInside("java.util.concurrent.ThreadPoolExecutor", "addWorker")
        .allowBlockingCallsInside(
            "io.github.resilience4j.core.metrics.FixedSizeSlidingWindowMetrics", "record")
        .allowBlockingCallsInside(
            "io.github.resilience4j.core.metrics.FixedSizeSlidingWindowMetrics", "getSnapshot")
        .allowBlockingCallsInside("io.lettuce.core.protocol.SharedLock", "incrementWriters")
        .allowBlockingCallsInside("io.lettuce.core.protocol.SharedLock", "doExclusive")
        // Writers help to keep order when more was written than the cache has noted.
        .allowBlockingCallsInside(
            "com.github.benmanes.caffeine.cache.BoundedLocalCache", "afterWrite")
        .blockingMethodCallback(BlockHoundSession::refuse)
        .install();
  }

  /** Libraries without locks spin for a moment where two threads meet: nobody is waited for. */
  private static void refuse(BlockingMethod method) {
    if (!method.getName().equals("onSpinWait")) {
      throw new BlockingOperationError(method);
    }
  }
}
