package io.gatehouse.gateway.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.scheduler.NonBlocking;

class WorkPoolTest {
  private final WorkPool pool = new WorkPool(2);
  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void close() {
    gate.countDown();
    pool.close();
  }

  @Test
  void callerWithAThousandTasks_leavesAThreadToOthers() throws Exception {
    var greedy = pool.line();
    var done = new AtomicInteger();
    for (var i = 0; i < 1000; i++) {
      greedy.execute(this::waitAtTheGate);
    }
    var other = new CountDownLatch(100);
    var line = pool.line();
    for (var i = 0; i < 100; i++) {
      line.execute(
          () -> {
            done.incrementAndGet();
            other.countDown();
          });
    }

    assertThat(other.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(done).hasValue(100);
  }

  @Test
  void callers_takeTurns() throws Exception {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var all = new CountDownLatch(300);
    for (var caller = 0; caller < 3; caller++) {
      var line = pool.line();
      for (var i = 0; i < 100; i++) {
        line.execute(
            () -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              running.decrementAndGet();
              all.countDown();
            });
      }
    }

    assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(most.get()).isBetween(1, 2);
  }

  @Test
  void taskThatFails_takesNothingFromTheOthers() throws Exception {
    var line = pool.line();
    for (var i = 0; i < 5; i++) {
      line.execute(
          () -> {
            Thread.currentThread().setUncaughtExceptionHandler((_, _) -> {});
            throw new IllegalStateException("a task's own affair");
          });
    }
    var after = new CountDownLatch(1);
    line.execute(after::countDown);

    assertThat(after.await(30, TimeUnit.SECONDS)).isTrue();
    var twoAtOnce = new CountDownLatch(2);
    for (var i = 0; i < 2; i++) {
      pool.line()
          .execute(
              () -> {
                twoAtOnce.countDown();
                waitAtTheGate();
              });
    }
    await().until(() -> twoAtOnce.getCount() == 0);
  }

  @Test
  void eventLoops_thatMeetAtTheQueue_handTheirTasksOver() throws Exception {
    var tasks = new CountDownLatch(4 * 50_000);
    var torn = new ConcurrentLinkedQueue<Throwable>();
    var loops = new ArrayList<Thread>();
    for (var i = 0; i < 4; i++) {
      var line = pool.line();
      var loop =
          new EventLoop(
              () -> {
                for (var task = 0; task < 50_000; task++) {
                  line.execute(tasks::countDown);
                  // Workers find nothing to do now and then, and wait: there they meet.
                  var from = System.nanoTime();
                  while (System.nanoTime() - from < 20_000) {}
                }
              });
      loop.setUncaughtExceptionHandler((_, failure) -> torn.add(failure));
      loop.start();
      loops.add(loop);
    }
    for (var loop : loops) {
      loop.join(60_000);
    }

    assertThat(torn).isEmpty();
    assertThat(tasks.await(60, TimeUnit.SECONDS)).isTrue();
  }

  /** A thread that BlockHound lets wait for nothing. */
  private static final class EventLoop extends Thread implements NonBlocking {
    EventLoop(Runnable work) {
      super(work);
    }
  }

  private void waitAtTheGate() {
    try {
      gate.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
