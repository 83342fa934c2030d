package io.gatehouse.orders;

import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testing.TestTokens;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What {@code bench/streams} starts; not part of any build, as its name is not a test's. */
class StreamsBench {
  private static final PrintStream OUT = System.err;
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** They place orders and listen; all others listen to what never comes. */
  private static final int ACTIVE = 10;

  /** No more connect at the same time than a service has room for requests. */
  private static final int AT_ONCE = 100;

  private final TestTokens tokens = new TestTokens();
  private final ConcurrentLinkedQueue<Long> delays = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> refusals = new ConcurrentLinkedQueue<>();
  private final AtomicInteger connected = new AtomicInteger();
  private final List<RawClient> listeners = new ArrayList<>();
  private final List<String> active =
      Stream.generate(() -> tokens.user(UUID.randomUUID().toString())).limit(ACTIVE).toList();

  /** One number of listeners, and what it cost. */
  private record Round(int listeners, double idle, double perOrder, double mebibytes) {}

  @Test
  void measure() throws Exception {
    var counts = System.getProperty("bench.listeners");
    assumeThat(counts).as("set by bench/streams").isNotNull();
    var seconds = Duration.ofSeconds(Long.getLong("bench.seconds", 15));
    try (var postgres = DurablePostgres.started();
        var neighbours = new Neighbours(tokens);
        var service =
            ServiceProcess.start(
                postgres.database(),
                neighbours,
                Map.of("gatehouse.streams.per-instance", "20000"))) {
      listen(service, ACTIVE);
      place(service, Duration.ofSeconds(Long.getLong("bench.warm", 40)));
      OUT.printf(
          "%9s %16s %16s %12s %12s %10s%n",
          "listeners", "idle ms/s", "µs CPU an order", "p50 ms", "p99 ms", "RSS MiB");
      var rounds = new ArrayList<Round>();
      for (var count : counts.split(" ", -1)) {
        listen(service, Integer.parseInt(count));
        rounds.add(measure(service, seconds));
      }
      conclude(rounds);
    } finally {
      for (var listener : listeners) {
        listener.close();
      }
    }
  }

  private Round measure(ServiceProcess service, Duration seconds) throws Exception {
    place(service, seconds.dividedBy(2)); // Whatever the new ones made cold.
    delays.clear();
    var before = service.cpu();
    TimeUnit.NANOSECONDS.sleep(seconds.toNanos());
    var idle = service.cpu().minus(before);
    before = service.cpu();
    var orders = place(service, seconds);
    var used = service.cpu().minus(before).minus(idle);
    var round =
        new Round(
            listeners.size(),
            idle.toMillis() / (double) seconds.toSeconds(),
            used.toNanos() / 1e3 / orders,
            service.residentBytes() / 1048576.0);
    var sorted = delays.stream().sorted().toList();
    OUT.printf(
        Locale.ROOT,
        "%9d %16.1f %16.0f %12.1f %12.1f %10.0f   (%d orders, %d events delivered)%n",
        round.listeners(),
        round.idle(),
        round.perOrder(),
        sorted.get(sorted.size() / 2) / 1e3,
        sorted.get(sorted.size() * 99 / 100) / 1e3,
        round.mebibytes(),
        orders,
        sorted.size());
    return round;
  }

  private static void conclude(List<Round> rounds) {
    var few = rounds.getFirst();
    for (var many : rounds.subList(1, rounds.size())) {
      OUT.printf(
          Locale.ROOT,
          "%d listeners beside %d: CPU an order %.2f times (at most 1.30: %s), %.1f KiB a listener%n",
          many.listeners(),
          few.listeners(),
          many.perOrder() / few.perOrder(),
          many.perOrder() <= 1.3 * few.perOrder() ? "met" : "NOT MET",
          (many.mebibytes() - few.mebibytes()) * 1024 / (many.listeners() - few.listeners()));
    }
  }

  /** Until there are so many; those after the first listen for other users, twenty each. */
  private void listen(ServiceProcess service, int count) throws IOException {
    var token = "";
    for (var at = listeners.size(); at < count; at++) {
      if (at % 20 == 0 || token.isEmpty()) {
        token = tokens.user(UUID.randomUUID().toString());
      }
      var client = new RawClient(service.port());
      listeners.add(client);
      client.send(
          RawClient.request("GET", "/api/orders/stream", at < ACTIVE ? active.get(at) : token, ""));
      Thread.ofVirtual().start(() -> read(client));
      if (at % AT_ONCE == 0) {
        var so = at;
        await().atMost(LIMIT).until(() -> connected.get() >= so || !refusals.isEmpty());
      }
    }
    await().atMost(LIMIT).until(() -> connected.get() >= count || !refusals.isEmpty());
    if (!refusals.isEmpty()) {
      throw new IllegalStateException("after " + connected + " listeners: " + refusals);
    }
  }

  private void read(RawClient client) {
    try {
      var status = client.line();
      if (!status.startsWith("HTTP/1.1 200")) {
        refusals.add(status);
        return;
      }
      for (var header = client.line(); !header.isEmpty(); header = client.line()) {}
      for (var line = client.chunkedLine(); line != null; line = client.chunkedLine()) {
        if (line.equals(":connected")) {
          connected.incrementAndGet();
        } else if (line.startsWith("data:")) {
          var at = Instant.parse(Api.JSON.readTree(line.substring(5)).get("at").asString());
          delays.add(Duration.between(at, Instant.now()).toNanos() / 1_000);
        }
      }
    } catch (IOException ended) {
      refusals.add(String.valueOf(ended)); // By us, in the end.
    }
  }

  /** The active users place one order after the other; gives how many. */
  private int place(ServiceProcess service, Duration howLong) throws InterruptedException {
    var placed = new AtomicInteger();
    var isOver = new AtomicBoolean();
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var token : active) {
        workers.submit(
            () -> {
              try (var client = new RawClient(service.port())) {
                while (!isOver.get()) {
                  client.send(RawClient.request("POST", "/api/orders", token, Api.ORDER));
                  if (client.receive().status() == 201) {
                    placed.incrementAndGet();
                  }
                }
              }
              return placed;
            });
      }
      TimeUnit.NANOSECONDS.sleep(howLong.toNanos());
      isOver.set(true);
    }
    return placed.get();
  }
}
