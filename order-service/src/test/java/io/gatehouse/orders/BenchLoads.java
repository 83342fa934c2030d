package io.gatehouse.orders;

import io.gatehouse.testing.TestTokens;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** The loads of {@code bench/orders}: as many clients as asked for, each as fast as it can. */
final class BenchLoads {
  private final DurablePostgres postgres;
  private final TestTokens tokens;
  private final Duration time;

  BenchLoads(DurablePostgres postgres, TestTokens tokens, Duration time) {
    this.postgres = postgres;
    this.tokens = tokens;
    this.time = time;
  }

  /** Something that takes orders, and the CPU time it has used so far. */
  record Server(String name, int port, Supplier<Duration> cpu) {}

  /**
   * What a load came to.
   *
   * @param service CPU time of the server's process
   * @param database CPU time of PostgreSQL's processes that are still there
   */
  record Run(long count, double seconds, Duration service, Duration database) {
    double perSecond() {
      return count / seconds;
    }

    double serviceMicros() {
      return service.toNanos() / 1_000.0 / count;
    }

    double databaseMicros() {
      return database.toNanos() / 1_000.0 / count;
    }

    double micros() {
      return serviceMicros() + databaseMicros();
    }
  }

  /** Orders that one client placed, to be paid by the same. */
  record Client(String token, List<String> ids) {}

  /** Single-statement inserts of a row as large as an order. */
  Run inserts(int connections) throws InterruptedException, ExecutionException {
    return loaded(
        () -> Duration.ZERO,
        clients(connections),
        (_, done) -> {
          var deadline = System.nanoTime() + time.toNanos();
          try (var connection = postgres.connect();
              var insert =
                  connection.prepareStatement("insert into bare values (?, ?, ?, now())")) {
            while (System.nanoTime() < deadline) {
              insert.setObject(1, UUID.randomUUID());
              insert.setString(2, "customer");
              insert.setString(3, Api.ORDER);
              insert.executeUpdate();
              done.increment();
            }
          }
        });
  }

  /** Clients that have placed nothing yet. */
  List<Client> clients(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            _ -> new Client(tokens.user(UUID.randomUUID().toString()), new ArrayList<String>()))
        .toList();
  }

  /** Places orders, each under a key of its own, and notes them. */
  Run place(Server server, List<Client> clients) throws InterruptedException, ExecutionException {
    return loaded(
        server.cpu(),
        clients,
        (client, done) -> {
          var deadline = System.nanoTime() + time.toNanos();
          try (var connection = new RawClient(server.port())) {
            while (System.nanoTime() < deadline) {
              connection.send(keyed("/api/orders", client.token(), Api.ORDER));
              var body = expect(connection.receive(), 201).body();
              client.ids().add(body.substring(body.indexOf("\"id\":\"") + 6).substring(0, 36));
              done.increment();
            }
          }
        });
  }

  /** Pays what was placed, each once. */
  Run pay(Server server, List<Client> clients) throws InterruptedException, ExecutionException {
    return loaded(
        server.cpu(),
        clients,
        (client, done) -> {
          try (var connection = new RawClient(server.port())) {
            for (var id : client.ids()) {
              connection.send(keyed("/api/orders/" + id + "/payment", client.token(), Api.PAYMENT));
              expect(connection.receive(), 200);
              done.increment();
            }
          }
        });
  }

  /** Sends one request after the other, whatever comes next, until the time is up. */
  Run ask(Server server, int connections, Supplier<byte[]> next)
      throws InterruptedException, ExecutionException {
    return loaded(
        server.cpu(),
        clients(connections),
        (_, done) -> {
          var deadline = System.nanoTime() + time.toNanos();
          try (var connection = new RawClient(server.port())) {
            while (System.nanoTime() < deadline) {
              connection.send(next.get());
              expect(connection.receive(), 200);
              done.increment();
            }
          }
        });
  }

  /** Sends each of these requests once. */
  Run each(Server server, int connections, List<byte[]> requests)
      throws InterruptedException, ExecutionException {
    var left = new ConcurrentLinkedQueue<>(requests);
    return loaded(
        server.cpu(),
        clients(connections),
        (_, done) -> {
          try (var connection = new RawClient(server.port())) {
            for (var request = left.poll(); request != null; request = left.poll()) {
              connection.send(request);
              expect(connection.receive(), 200);
              done.increment();
            }
          }
        });
  }

  static byte[] keyed(String path, String token, String body) {
    return RawClient.request("POST", path, token, body, "Idempotency-Key: " + UUID.randomUUID());
  }

  static RawClient.Answer expect(RawClient.Answer answer, int status) {
    if (answer.status() != status) {
      throw new IllegalStateException(answer.toString());
    }
    return answer;
  }

  private interface Load {
    void run(Client client, LongAdder done) throws Exception;
  }

  private Run loaded(Supplier<Duration> cpu, List<Client> clients, Load load)
      throws InterruptedException, ExecutionException {
    var done = new LongAdder();
    var before = cpu.get();
    var databaseBefore = postgres.cpu();
    var start = System.nanoTime();
    try (var threads = Executors.newFixedThreadPool(clients.size())) {
      var runs =
          threads.invokeAll(
              clients.stream()
                  .<Callable<Void>>map(
                      client ->
                          () -> {
                            load.run(client, done);
                            return null;
                          })
                  .toList());
      for (Future<Void> run : runs) {
        run.get();
      }
    }
    return new Run(
        done.sum(),
        (System.nanoTime() - start) / 1e9,
        cpu.get().minus(before),
        used(databaseBefore, postgres.cpu()));
  }

  /** What the processes that are still there have used meanwhile; those of the inserts are gone. */
  private static Duration used(Map<Long, Duration> before, Map<Long, Duration> after) {
    return after.entrySet().stream()
        .map(entry -> entry.getValue().minus(before.getOrDefault(entry.getKey(), Duration.ZERO)))
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** A table of bare rows for {@link #inserts}, on a server that is found durable. */
  void prepare() throws SQLException {
    requireDurable();
    try (var connection = postgres.connect();
        var statement = connection.createStatement()) {
      statement.execute(
          "create table bare (id uuid primary key, customer text, body text, at timestamptz)");
    }
  }

  /** Refuses to measure a server that loses what it acknowledged. */
  void requireDurable() throws SQLException {
    try (var connection = postgres.connect();
        var statement = connection.createStatement()) {
      for (var setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        try (var row = statement.executeQuery("show " + setting)) {
          row.next();
          if (!row.getString(1).equals("on")) {
            throw new IllegalStateException(setting + " is " + row.getString(1));
          }
        }
      }
    }
  }
}
