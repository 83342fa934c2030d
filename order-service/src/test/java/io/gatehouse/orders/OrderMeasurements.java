package io.gatehouse.orders;

import io.gatehouse.testing.TestTokens;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;

/**
 * What a durable order costs, against bare inserts on the same server in the same run. Started by
 * {@code bench/orders}.
 */
final class OrderMeasurements {
  private static final PrintStream OUT = System.err;

  private final DurablePostgres postgres;
  private final ServiceProcess service;
  private final TestTokens tokens;
  private final Duration time;
  private final Duration warming = Duration.ofSeconds(Long.getLong("bench.warm", 60));
  private final List<Integer> connections =
      Arrays.stream(System.getProperty("bench.connections", "1 8 32 64").split(" "))
          .map(Integer::valueOf)
          .toList();

  OrderMeasurements(
      DurablePostgres postgres, ServiceProcess service, TestTokens tokens, Duration time) {
    this.postgres = postgres;
    this.service = service;
    this.tokens = tokens;
    this.time = time;
  }

  void run() throws SQLException, IOException, InterruptedException, ExecutionException {
    assertDurable();
    writes();
    temporalReads();
    replay();
  }

  private void assertDurable() throws SQLException {
    try (var connection = postgres.connect();
        var statement = connection.createStatement()) {
      for (var setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        try (var row = statement.executeQuery("show " + setting)) {
          row.next();
          if (!row.getString(1).equals("on")) {
            throw new IllegalStateException(setting + " is " + row.getString(1));
          }
          OUT.printf("%s = on%n", setting);
        }
      }
      statement.execute(
          "create table bare (id uuid primary key, customer text, body text, at timestamptz)");
    }
  }

  private void writes() throws InterruptedException, ExecutionException {
    OUT.println("warming up");
    var warm = System.nanoTime() + warming.toNanos();
    while (System.nanoTime() < warm) {
      orders(32);
    }
    inserts(32);
    OUT.printf(
        "%12s %12s %12s %7s %14s %14s%n",
        "connections", "inserts/s", "orders/s", "share", "CPU µs/order", "PostgreSQL's");
    for (var count : connections) {
      measureWrites(count);
    }
  }

  private void measureWrites(int connections) throws InterruptedException, ExecutionException {
    var inserts = inserts(connections);
    var cpu = service.cpu();
    var databaseCpu = postgres.cpu();
    var count = orders(connections);
    var micros = service.cpu().minus(cpu).toNanos() / 1_000.0 / count;
    var databaseMicros = used(databaseCpu, postgres.cpu()).toNanos() / 1_000.0 / count;
    var seconds = time.toMillis() / 1_000.0;
    OUT.printf(
        Locale.ROOT,
        "%12d %12.0f %12.0f %6.0f%% %14.0f %14.0f%n",
        connections,
        inserts / seconds,
        count / seconds,
        100.0 * count / inserts,
        micros,
        databaseMicros);
  }

  /** What the processes that are still there have used meanwhile; those of the inserts are gone. */
  private static Duration used(Map<Long, Duration> before, Map<Long, Duration> after) {
    return after.entrySet().stream()
        .map(entry -> entry.getValue().minus(before.getOrDefault(entry.getKey(), Duration.ZERO)))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Single-statement inserts of a row as large as an order, by as many connections. */
  private long inserts(int connections) throws InterruptedException, ExecutionException {
    var body = Api.ORDER;
    return loaded(
        connections,
        (deadline, done) -> {
          try (var connection = postgres.connect();
              var insert =
                  connection.prepareStatement("insert into bare values (?, ?, ?, now())")) {
            while (System.nanoTime() < deadline) {
              insert.setObject(1, UUID.randomUUID());
              insert.setString(2, "customer");
              insert.setString(3, body);
              insert.executeUpdate();
              done.increment();
            }
          }
        });
  }

  private long orders(int connections) throws InterruptedException, ExecutionException {
    return loaded(
        connections,
        (deadline, done) -> {
          var token = tokens.user(UUID.randomUUID().toString());
          try (var client = new RawClient(service.port())) {
            while (System.nanoTime() < deadline) {
              client.send(
                  RawClient.request(
                      "POST",
                      "/api/orders",
                      token,
                      Api.ORDER,
                      "Idempotency-Key: " + UUID.randomUUID()));
              require(client.receive(), 201);
              done.increment();
            }
          }
        });
  }

  private interface Load {
    void run(long deadline, LongAdder done) throws Exception;
  }

  private long loaded(int connections, Load load) throws InterruptedException, ExecutionException {
    var done = new LongAdder();
    var deadline = System.nanoTime() + time.toNanos();
    try (var threads = Executors.newFixedThreadPool(connections)) {
      var runs =
          threads.invokeAll(
              IntStream.range(0, connections)
                  .<Callable<Void>>mapToObj(
                      _ ->
                          () -> {
                            load.run(deadline, done);
                            return null;
                          })
                  .toList());
      for (Future<Void> run : runs) {
        run.get();
      }
    }
    return done.sum();
  }

  private void temporalReads() throws IOException {
    OUT.printf("%12s %20s %20s%n", "events", "?version=last µs", "?version=half µs");
    var token = tokens.user(UUID.randomUUID().toString());
    try (var client = new RawClient(service.port())) {
      var orders = new TreeMap<Integer, String>();
      for (var events : List.of(10, 100, 1000)) {
        orders.put(events, "/api/orders/" + orderOf(events, client, token) + "?version=");
      }
      for (var path : orders.values()) {
        median(client, token, path + 10, 6_000);
      }
      median(client, token, orders.get(1000) + 1000, 6_000);
      for (var order : orders.entrySet()) {
        var events = order.getKey();
        OUT.printf(
            Locale.ROOT,
            "%12d %20.0f %20.0f%n",
            events,
            median(client, token, order.getValue() + events, 1_000),
            median(client, token, order.getValue() + events / 2, 1_000));
      }
    }
  }

  private static String orderOf(int events, RawClient client, String token) throws IOException {
    client.send(RawClient.request("POST", "/api/orders", token, Api.ORDER));
    var id = Api.JSON.readTree(require(client.receive(), 201).body()).get("id").asString();
    for (var i = 1; i < events; i++) {
      var change =
          """
          {"items":[{"sku":"book-1","name":"A book","quantity":%d,"unitPrice":1230}]}\
          """
              .formatted(i % 9_000 + 1);
      client.send(RawClient.request("PUT", "/api/orders/" + id + "/items", token, change));
      require(client.receive(), 200);
    }
    return id;
  }

  private static double median(RawClient client, String token, String path, int rounds)
      throws IOException {
    var request = RawClient.request("GET", path, token, "");
    var micros = new double[rounds];
    for (var i = 0; i < rounds; i++) {
      var start = System.nanoTime();
      client.send(request);
      require(client.receive(), 200);
      micros[i] = (System.nanoTime() - start) / 1_000.0;
    }
    Arrays.sort(micros);
    return micros[rounds / 2];
  }

  /** A list answered from the view is cheap; this folds every order's events instead. */
  private void replay() throws SQLException {
    long events;
    try (Connection connection = postgres.connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select count(*) from events")) {
      row.next();
      events = row.getLong(1);
    }
    var start = System.nanoTime();
    var report = service.rebuild();
    var seconds = (System.nanoTime() - start) / 1e9;
    OUT.printf(
        Locale.ROOT,
        "rebuild of the view: %d events in %.1f s, %.0f events/s%n%s%n",
        events,
        seconds,
        events / seconds,
        report);
  }

  private static RawClient.Answer require(RawClient.Answer answer, int status) {
    if (answer.status() != status) {
      throw new IllegalStateException(answer.toString());
    }
    return answer;
  }
}
