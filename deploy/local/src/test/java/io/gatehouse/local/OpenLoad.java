package io.gatehouse.local;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An open-loop load: each kind of request goes out at its own rate, however long answers take.
 * Nothing is tried again ({@code jdk.httpclient.redirects.retrylimit=1} in the module's pom), and
 * whatever is not a 2xx is a failure: other statuses, resets, timeouts.
 */
final class OpenLoad implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .version(HttpClient.Version.HTTP_1_1)
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger goodInARow = new AtomicInteger();
  private final Collection<Failure> failures = new ConcurrentLinkedQueue<>();
  private final Collection<Duration> times = new ConcurrentLinkedQueue<>();

  /**
   * A request that was not answered with 2xx.
   *
   * @param sentAt by {@link System#nanoTime()}
   * @param failedAt likewise
   */
  record Failure(String method, String path, long sentAt, long failedAt, String why) {}

  /** Sends one of these every {@code pause} until {@link #stop()}. */
  void every(Duration pause, Supplier<HttpRequest.Builder> request) {
    timer.scheduleAtFixedRate(
        () -> send(request.get().timeout(PATIENCE).build()),
        0,
        pause.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  private void send(HttpRequest request) {
    var sentAt = System.nanoTime();
    sent.incrementAndGet();
    pending.incrementAndGet();
    client
        .sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .whenComplete(
            (answer, error) -> {
              pending.decrementAndGet();
              times.add(Duration.ofNanos(System.nanoTime() - sentAt));
              var why = why(answer, error);
              if (why == null) {
                goodInARow.incrementAndGet();
              } else {
                goodInARow.set(0);
                failures.add(
                    new Failure(
                        request.method(), request.uri().getPath(), sentAt, System.nanoTime(), why));
              }
            });
  }

  private static @Nullable String why(
      @Nullable HttpResponse<String> answer, @Nullable Throwable error) {
    if (answer == null) {
      return String.valueOf(error);
    }
    return answer.statusCode() / 100 == 2 ? null : answer.statusCode() + " " + answer.body();
  }

  /**
   * Goes on until so many answers in a row were good, then forgets what was before: how services
   * just started fare is another question.
   */
  void settle(int answers) {
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> goodInARow.get() >= answers);
    forget();
  }

  /** Counts anew. */
  void forget() {
    sent.set(0);
    failures.clear();
    times.clear();
  }

  /** In how much time so many of a hundred requests were answered, or failed. */
  Duration percentile(int percent) {
    var sorted = times.stream().sorted().toList();
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  int sent() {
    return sent.get();
  }

  /** What failed so far. */
  List<Failure> failures() {
    return new ArrayList<>(failures);
  }

  /** Sends nothing more and waits for what is under way. */
  void stop() {
    timer.shutdown();
    org.awaitility.Awaitility.await()
        .atMost(PATIENCE.multipliedBy(2))
        .until(() -> pending.get() == 0);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    client.shutdownNow();
  }
}
