package io.gatehouse.orders;

import io.gatehouse.orders.BenchLoads.Client;
import io.gatehouse.orders.BenchLoads.Run;
import io.gatehouse.orders.BenchLoads.Server;
import io.gatehouse.testing.TestTokens;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutionException;

/**
 * What a durable order costs, against bare inserts and a service with JPA on the same PostgreSQL,
 * in rounds that take turns. Started by {@code bench/orders}.
 */
final class OrderMeasurements {
  private static final PrintStream OUT = System.err;

  /** The number of connections at which ratios of CPU time are told. */
  private static final int BUSY = 32;

  private static final double SETTLED = 0.05;
  private static final int SLOWEST_WARMING_ROUNDS = 3;

  private final DurablePostgres postgres;
  private final ServiceProcess service;
  private final TestTokens tokens;
  private final BenchLoads loads;
  private final Server ours;
  private final List<Server> servers = new ArrayList<>();
  private final BenchGoals goals = new BenchGoals();
  private final int rounds = Integer.getInteger("bench.rounds", 3);
  private final Duration warming = Duration.ofSeconds(Long.getLong("bench.warm", 60));
  private final String parts = System.getProperty("bench.parts", "writes versions rebuild");
  private final List<Integer> connections =
      Arrays.stream(System.getProperty("bench.connections", "1 8 32 64").split(" "))
          .map(Integer::valueOf)
          .toList();

  OrderMeasurements(
      DurablePostgres postgres, ServiceProcess service, TestTokens tokens, Duration time) {
    this.postgres = postgres;
    this.service = service;
    this.tokens = tokens;
    this.loads = new BenchLoads(postgres, tokens, time);
    this.ours = new Server("order-service", service.port(), service::cpu);
    servers.add(ours);
  }

  /** Measures this one too. */
  void besides(StockOrders peer) {
    servers.add(new Server("JPA", peer.port(), peer::cpu));
  }

  void run() throws SQLException, IOException, InterruptedException, ExecutionException {
    loads.prepare();
    OUT.println("fsync, synchronous_commit and full_page_writes are on");
    if (parts.contains("writes")) {
      warmUp();
      writes();
    }
    if (parts.contains("versions")) {
      temporalReads();
    }
    if (parts.contains("rebuild")) {
      replay();
    }
    goals.print(OUT);
  }

  /** Until two rounds in a row cost each server the same, or the time for it is up. */
  private void warmUp() throws InterruptedException, ExecutionException {
    var until = System.nanoTime() + warming.toNanos();
    var before = new HashMap<String, Double>();
    var settled = false;
    for (var round = 1;
        !settled && (round <= SLOWEST_WARMING_ROUNDS || System.nanoTime() < until);
        round++) {
      settled = true;
      for (var server : servers) {
        var clients = loads.clients(BUSY);
        var micros =
            loads.place(server, clients).serviceMicros()
                + loads.pay(server, clients).serviceMicros();
        var last = before.put(server.name(), micros);
        settled &= last != null && Math.abs(micros - last) <= SETTLED * last;
      }
    }
    loads.inserts(BUSY);
    OUT.println(settled ? "warm: two rounds agree" : "not warm yet after " + warming);
  }

  private void writes() throws InterruptedException, ExecutionException {
    OUT.printf(
        "%12s %-28s %9s %12s %14s%n", "connections", "", "/s", "CPU service", "CPU PostgreSQL");
    for (var count : connections) {
      var runs = new HashMap<String, List<Run>>();
      for (var round = 0; round < rounds; round++) {
        note(runs, "insert", loads.inserts(count));
        for (var server : servers) {
          List<Client> clients = loads.clients(count);
          note(runs, server.name() + " place", loads.place(server, clients));
          note(runs, server.name() + " pay", loads.pay(server, clients));
        }
      }
      new TreeMap<>(runs).forEach((name, all) -> row(count, name, all));
      compare(count, runs);
    }
  }

  private static void note(Map<String, List<Run>> runs, String name, Run run) {
    runs.computeIfAbsent(name, _ -> new ArrayList<>()).add(run);
  }

  private void compare(int count, Map<String, List<Run>> runs) {
    var inserts = runs.get("insert");
    var placed = runs.get(ours.name() + " place");
    var paid = runs.get(ours.name() + " pay");
    var at = " at " + count + (count == 1 ? " connection" : " connections");
    if (count == 1) {
      goals.atMost(
          4, "an order's latency / an insert's" + at, ratios(inserts, placed, Run::perSecond));
    } else {
      goals.atLeast(
          0.3,
          "orders per second / inserts per second" + at,
          ratios(placed, inserts, Run::perSecond));
    }
    goals.atMost(
        1.5,
        "a payment's CPU, service and PostgreSQL / a placement's" + at,
        ratios(paid, placed, Run::micros));
    for (var peer : servers.subList(1, servers.size())) {
      goals.atMost(
          0.5,
          "a placement's CPU, service and PostgreSQL / " + peer.name() + "'s" + at,
          ratios(placed, runs.get(peer.name() + " place"), Run::micros));
      goals.atMost(
          0.5,
          "a payment's CPU, service and PostgreSQL / " + peer.name() + "'s" + at,
          ratios(paid, runs.get(peer.name() + " pay"), Run::micros));
    }
  }

  private interface Figure {
    double of(Run run);
  }

  private static List<Double> ratios(List<Run> above, List<Run> below, Figure figure) {
    var ratios = new ArrayList<Double>();
    for (var round = 0; round < above.size(); round++) {
      ratios.add(figure.of(above.get(round)) / figure.of(below.get(round)));
    }
    return ratios;
  }

  private static void row(int connections, String name, List<Run> runs) {
    OUT.printf(
        Locale.ROOT,
        "%12d %-28s %9.0f %9.0f µs %11.0f µs%n",
        connections,
        name,
        BenchGoals.median(runs.stream().map(Run::perSecond).toList()),
        BenchGoals.median(runs.stream().map(Run::serviceMicros).toList()),
        BenchGoals.median(runs.stream().map(Run::databaseMicros).toList()));
  }

  private void temporalReads() throws IOException {
    var token = tokens.user(UUID.randomUUID().toString());
    try (var client = new RawClient(service.port())) {
      var paths = new TreeMap<Integer, String>();
      for (var events : List.of(10, 100, 1000)) {
        paths.put(events, "/api/orders/" + orderOf(events, client, token) + "?version=" + events);
      }
      timed(client, token, paths, 8_000);
      var ratios = new ArrayList<Double>();
      OUT.printf("%12s %20s%n", "events", "?version=last");
      for (var round = 0; round < rounds; round++) {
        var medians = timed(client, token, paths, 1_000);
        medians.forEach((events, micros) -> OUT.printf("%12d %17.0f µs%n", events, micros));
        ratios.add(medians.get(1000) / medians.get(10));
      }
      goals.atMost(2, "?version= at 1 000 events / at 10", ratios);
    }
  }

  /** Microseconds of the median read of each, which take turns. */
  private static Map<Integer, Double> timed(
      RawClient client, String token, Map<Integer, String> paths, int times) throws IOException {
    var all = new TreeMap<Integer, List<Double>>();
    for (var i = 0; i < times; i++) {
      for (var path : paths.entrySet()) {
        var request = RawClient.request("GET", path.getValue(), token, "");
        var start = System.nanoTime();
        client.send(request);
        BenchLoads.expect(client.receive(), 200);
        all.computeIfAbsent(path.getKey(), _ -> new ArrayList<>())
            .add((System.nanoTime() - start) / 1_000.0);
      }
    }
    var medians = new TreeMap<Integer, Double>();
    all.forEach((events, micros) -> medians.put(events, BenchGoals.median(micros)));
    return medians;
  }

  private static String orderOf(int events, RawClient client, String token) throws IOException {
    client.send(RawClient.request("POST", "/api/orders", token, Api.ORDER));
    var placed = BenchLoads.expect(client.receive(), 201);
    var id = Api.JSON.readTree(placed.body()).get("id").asString();
    for (var i = 1; i < events; i++) {
      var change =
          """
          {"items":[{"sku":"book-1","name":"A book","quantity":%d,"unitPrice":1230}]}\
          """
              .formatted(i % 9_000 + 1);
      client.send(RawClient.request("PUT", "/api/orders/" + id + "/items", token, change));
      BenchLoads.expect(client.receive(), 200);
    }
    return id;
  }

  /** A list answered from the view is cheap; this folds every order's events instead. */
  private void replay() throws SQLException {
    long events;
    try (var connection = postgres.connect();
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
}
