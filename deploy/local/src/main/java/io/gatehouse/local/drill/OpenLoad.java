package io.gatehouse.local.drill;

import io.gatehouse.local.journey.Http;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An open-loop load: each kind of request goes out at its own rate, however long answers take.
 * Nothing is tried again (see {@link #neverRetry()}), and whatever is not a 2xx counts as refused:
 * other statuses, resets, time-outs.
 */
public final class OpenLoad implements AutoCloseable {
  /** How long an answer is waited for. */
  static final Duration PATIENCE = Duration.ofSeconds(15);

  /** What takes longer is told apart from what is served. */
  private static final Duration SLOW = Duration.ofSeconds(1);

  private static final int OF_EACH_KIND = 3;
  private static final Pattern CODE = Pattern.compile("\"code\":\"([A-Z_]+)\"");

  private final HttpClient client;
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(2);
  private final List<Kind> kinds = new CopyOnWriteArrayList<>();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger goodInARow = new AtomicInteger();
  private final Collection<Refused> refused = new ConcurrentLinkedQueue<>();
  private final Collection<Answered> answered = new ConcurrentLinkedQueue<>();

  /**
   * A load on one platform.
   *
   * @param url whose self-signed certificate is taken on the loopback
   */
  public OpenLoad(URI url) {
    client =
        Http.clientFor(url)
            .connectTimeout(PATIENCE)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /**
   * Makes the JDK's HTTP client send each request once. It reads these properties at the first
   * request of the process, so this comes before that.
   */
  public static void neverRetry() {
    System.setProperty("jdk.httpclient.redirects.retrylimit", "1");
    System.setProperty("jdk.httpclient.disableRetryConnect", "true");
  }

  /**
   * A request that was not answered with 2xx.
   *
   * @param sentAt by {@link System#nanoTime()}
   * @param why the status and the error's code, or what happened to the connection
   */
  public record Refused(String method, String path, long sentAt, String why) {}

  /** A request that was answered, times by {@link System#nanoTime()}. */
  private record Answered(long sentAt, long at) {
    Duration took() {
      return Duration.ofNanos(at - sentAt);
    }
  }

  /** Requests that are alike, and how many good answers they had since the last bad one. */
  private record Kind(AtomicInteger goodInARow) {}

  /** Sends one of these every {@code pause} until {@link #stop()}. */
  public void every(Duration pause, Supplier<HttpRequest.Builder> request) {
    schedule(pause, () -> new Call(request.get(), _ -> {}));
  }

  /**
   * A request and what becomes of its answer.
   *
   * @param acknowledged gets the body of a 2xx, and nothing else
   */
  record Call(HttpRequest.Builder request, Consumer<String> acknowledged) {}

  /** Who makes the calls of one kind. */
  interface Caller {
    Call next();
  }

  void schedule(Duration pause, Caller caller) {
    var kind = new Kind(new AtomicInteger());
    kinds.add(kind);
    var _ =
        timer.scheduleAtFixedRate(
            () -> send(kind, caller.next()), 0, pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void send(Kind kind, Call call) {
    var request = call.request().timeout(PATIENCE).build();
    var sentAt = System.nanoTime();
    sent.incrementAndGet();
    pending.incrementAndGet();
    var _ =
        client
            .sendAsync(request, HttpResponse.BodyHandlers.ofString())
            // The client's own limit ends where the body begins.
            .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete(
                (answer, error) -> {
                  if (answer != null && isGood(answer)) {
                    answered.add(new Answered(sentAt, System.nanoTime()));
                    call.acknowledged().accept(answer.body());
                    kind.goodInARow().incrementAndGet();
                    goodInARow.incrementAndGet();
                  } else {
                    refused.add(
                        new Refused(
                            request.method(), request.uri().getPath(), sentAt, why(answer, error)));
                    kind.goodInARow().set(0);
                    goodInARow.set(0);
                  }
                })
            .whenComplete((_, _) -> pending.decrementAndGet());
  }

  /** Sends a request beside the load, which does not count it, and waits for its answer. */
  void once(Call call) {
    client
        .sendAsync(call.request().timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString())
        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (answer, _) -> {
              if (answer != null && isGood(answer)) {
                call.acknowledged().accept(answer.body());
              }
              return answer;
            })
        .join();
  }

  private static boolean isGood(HttpResponse<String> answer) {
    return answer.statusCode() / 100 == 2;
  }

  private static String why(@Nullable HttpResponse<String> answer, @Nullable Throwable error) {
    if (answer != null) {
      var code = CODE.matcher(answer.body());
      return "%d %s".formatted(answer.statusCode(), code.find() ? code.group(1) : "").strip();
    }
    var cause = error instanceof CompletionException wrapped ? wrapped.getCause() : error;
    return switch (cause) {
      case HttpTimeoutException _, TimeoutException _ ->
          "no answer within %d s".formatted(PATIENCE.toSeconds());
      case null -> "no answer";
      default -> cause.getMessage() == null ? cause.toString() : cause.getMessage();
    };
  }

  /**
   * Waits until so many answers in a row were good, from now on, and some of each kind.
   *
   * @return whether that came to be within the limit
   */
  public boolean settles(int answers, Duration limit) {
    goodInARow.set(0);
    kinds.forEach(kind -> kind.goodInARow().set(0));
    return Patience.until(
        limit,
        () ->
            goodInARow.get() >= answers
                && kinds.stream().allMatch(kind -> kind.goodInARow().get() >= OF_EACH_KIND));
  }

  /** Counts anew. */
  public void forget() {
    sent.set(0);
    refused.clear();
    answered.clear();
  }

  /** In how much time so many of a hundred requests were answered with 2xx. */
  public Duration percentile(int percent) {
    var sorted = answered.stream().map(Answered::took).sorted().toList();
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }

  /** In how much time the slowest 2xx came; zero when none did. */
  Duration slowest() {
    return answered.stream().map(Answered::took).max(Duration::compareTo).orElse(Duration.ZERO);
  }

  /** When the first request went out that was refused or answered slowly; empty when none was. */
  OptionalLong firstTrouble() {
    return LongStream.concat(
            refused.stream().mapToLong(Refused::sentAt), slow().mapToLong(Answered::sentAt))
        .min();
  }

  private Stream<Answered> slow() {
    return answered.stream().filter(one -> one.took().compareTo(SLOW) > 0);
  }

  /**
   * How long after that moment requests began to be served as usual: none sent later was refused,
   * and no slow answer came later. Zero when nothing was refused or slow.
   *
   * @param moment by {@link System#nanoTime()}
   */
  Duration servedAgainAfter(long moment) {
    var last =
        LongStream.concat(
                refused.stream().mapToLong(Refused::sentAt), slow().mapToLong(Answered::at))
            .max()
            .orElse(moment);
    return Duration.ofNanos(Math.max(0, last - moment));
  }

  /** How many requests went out. */
  public int sent() {
    return sent.get();
  }

  /** What was not served so far. */
  public List<Refused> refused() {
    return List.copyOf(refused);
  }

  /** Sends nothing more and waits for what is under way, for no longer than an answer may take. */
  public void stop() {
    timer.shutdown();
    Patience.until(PATIENCE.multipliedBy(2), () -> pending.get() == 0);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    client.shutdownNow();
  }
}
