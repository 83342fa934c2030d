package io.gatehouse.auth;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Runs something many times at the same moment. */
final class Parallel {
  private Parallel() {}

  static <T> List<T> run(int times, Callable<T> work) {
    var start = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running =
          IntStream.range(0, times)
              .mapToObj(
                  _ ->
                      threads.submit(
                          () -> {
                            start.await();
                            return work.call();
                          }))
              .toList();
      start.countDown();
      return running.stream().map(Parallel::join).toList();
    }
  }

  private static <T> T join(java.util.concurrent.Future<T> running) {
    try {
      return running.get();
    } catch (ExecutionException failed) {
      throw new AssertionError(failed.getCause());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }
}
