package io.gatehouse.gateway.calls;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Threads for what takes long on a processor (parsing, validating, executing, serialising), so that
 * event loops never do it. Callers take turns, and no caller has more than half of the threads: a
 * caller with a thousand tasks delays another's one by one task at most.
 *
 * <p>Nothing is refused here: how much a caller can have in line is bounded by its permits.
 */
final class WorkPool implements AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final ThreadPoolExecutor threads;
  private final int most;
  private final int mostPerCaller;
  private final ArrayDeque<Line> callers = new ArrayDeque<>();
  private int active;

  /** Starts with no thread; they come and go with the work. */
  WorkPool(int size) {
    this.most = size;
    this.mostPerCaller = Math.max(1, size / 2);
    var number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            size,
            size,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            work ->
                Thread.ofPlatform()
                    .name("composing-" + number.incrementAndGet())
                    .daemon()
                    .unstarted(work));
    threads.allowCoreThreadTimeOut(true);
  }

  /** One caller's tasks, in order; several may run at the same time. */
  final class Line implements Executor {
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private int running;
    private boolean waits;

    private Line() {}

    @Override
    public void execute(Runnable task) {
      synchronized (callers) {
        tasks.add(task);
        offer(this);
      }
    }
  }

  Line line() {
    return new Line();
  }

  private void offer(Line line) {
    if (!line.tasks.isEmpty() && line.running < mostPerCaller && !line.waits) {
      line.waits = true;
      callers.add(line);
    }
    addThread();
  }

  /**
   * If somebody waits. Where the system gives no thread, those who work go on, and the next asks.
   */
  private void addThread() {
    if (callers.isEmpty() || active >= most || threads.isShutdown()) {
      return;
    }
    var added = false;
    active++;
    try {
      threads.execute(this::work);
      added = true;
    } finally {
      if (!added) {
        active--;
      }
    }
  }

  private void work() {
    Line line = null;
    var finished = false;
    try {
      while (true) {
        Runnable task;
        synchronized (callers) {
          leave(line);
          line = callers.poll();
          if (line == null) {
            break;
          }
          line.waits = false;
          line.running++;
          task = line.tasks.remove();
          offer(line);
        }
        task.run();
      }
      finished = true;
    } finally {
      synchronized (callers) {
        active--;
        // A task that failed takes its thread along; those who wait get another one.
        leave(finished ? null : line);
        addThread();
      }
    }
  }

  private void leave(@Nullable Line line) {
    if (line != null) {
      line.running--;
      offer(line);
    }
  }

  @Override
  public void close() {
    threads.shutdown();
  }
}
