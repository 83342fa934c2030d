import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The rounds of bench/composition; run by it with the URL, two tokens, the times and the pids. */
public class Composition {
  private static final Pattern ID = Pattern.compile("\"id\":\"([0-9a-f-]{36})\"");
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static final String GRAPHQL = "100 users with orders, GraphQL";
  private static final String BATCHED = "100 users with orders, 2 batched calls";

  /** What a query may cost beside the calls that it stands for. */
  private static final double MOST = 1.25;

  private static final int MAX_WARMING = 5;

  private final String url;
  private final Duration time;
  private final int clients;
  private final List<ProcessHandle> services;

  private Composition(String url, Duration time, int clients, List<ProcessHandle> services) {
    this.url = url;
    this.time = time;
    this.clients = clients;
    this.services = services;
  }

  public static void main(String[] args) throws Exception {
    var services =
        List.of(args).subList(5, args.length).stream()
            .map(pid -> ProcessHandle.of(Long.parseLong(pid)).orElseThrow())
            .toList();
    new Composition(
            args[0],
            Duration.ofSeconds(Long.parseLong(args[3])),
            Integer.parseInt(args[4]),
            services)
        .run(args[1], args[2]);
  }

  private void run(String service, String admin) throws Exception {
    var users = new ArrayList<String>();
    for (var n = 0; n < 100; n++) {
      var body =
          "{\"email\":\"bench-%d@example.com\",\"name\":\"Bench\",\"password\":\"correct-horse-battery\"}";
      users.add(idOf(send(post("/api/users", service, body.formatted(n)))));
    }
    for (var n = 0; n < 300; n += 50) {
      var orders =
          IntStream.range(n, n + 50)
              .mapToObj(order -> order(users.get(order % 100)))
              .collect(Collectors.joining(","));
      send(post("/api/orders/batch", service, "{\"orders\":[" + orders + "]}"));
    }
    var subject = idOf(send(get("/api/users/me", admin)));
    var ids = String.join(",", users);
    var query =
        "{\"query\":\"{ users(limit: 100) { id name orders(limit: 3) { items { id status total } } } }\"}";
    var single = new ArrayList<HttpRequest>();
    single.add(get("/api/users?limit=100", admin));
    users.forEach(id -> single.add(get("/api/orders?limit=3&customerId=" + id, admin)));
    var ways = new LinkedHashMap<String, List<HttpRequest>>();
    ways.put("overview, composed", List.of(get("/api/me/overview", admin)));
    ways.put(
        "overview, 2 calls one by one",
        List.of(
            get("/api/users/me", admin), get("/api/orders?limit=5&customerId=" + subject, admin)));
    ways.put(GRAPHQL, List.of(post("/graphql", admin, query)));
    ways.put(
        BATCHED,
        List.of(
            get("/api/users?limit=100", admin),
            get("/api/orders?limitPer=3&customerId=" + ids, admin)));
    ways.put("100 users with orders, 101 calls one by one", single);
    compare(ways);
  }

  /** What one pass of one way took; CPU of the three services together. */
  private record Pass(double perSecond, double p50, double p99, double cpu) {}

  /**
   * Passes that take turns, until two in a row agree or there were enough; of the next three,
   * medians are told.
   */
  private void compare(Map<String, List<HttpRequest>> ways) throws Exception {
    var before = pass(ways);
    var settled = false;
    for (var n = 0; n < MAX_WARMING && !settled; n++) {
      var last = before;
      before = pass(ways);
      settled =
          before.entrySet().stream()
              .allMatch(
                  way -> Math.abs(way.getValue().cpu() / last.get(way.getKey()).cpu() - 1) <= 0.05);
    }
    System.out.println(
        settled ? "warm: two passes agree within 5 %" : "not warm yet: two passes do not agree");
    var passes = new LinkedHashMap<String, List<Pass>>();
    for (var n = 0; n < 3; n++) {
      pass(ways)
          .forEach((way, pass) -> passes.computeIfAbsent(way, _ -> new ArrayList<>()).add(pass));
    }
    System.out.printf(
        "%-44s %9s %9s %9s %12s%n", "", "rounds/s", "p50 ms", "p99 ms", "CPU ms/round");
    passes.forEach(
        (way, of) ->
            System.out.printf(
                "%-44s %9.1f %9.1f %9.1f %12.2f%n",
                way,
                median(of, Pass::perSecond),
                median(of, Pass::p50),
                median(of, Pass::p99),
                median(of, Pass::cpu)));
    goal(passes.get(GRAPHQL), passes.get(BATCHED), Pass::cpu, "CPU");
    goal(passes.get(GRAPHQL), passes.get(BATCHED), Pass::p50, "time");
  }

  private Map<String, Pass> pass(Map<String, List<HttpRequest>> ways) throws Exception {
    var passes = new LinkedHashMap<String, Pass>();
    for (var way : ways.entrySet()) {
      passes.put(way.getKey(), measure(way.getValue()));
    }
    return passes;
  }

  /** The median of the passes' ratios beside the most that it may be. */
  private static void goal(
      List<Pass> above, List<Pass> below, ToDoubleFunction<Pass> figure, String what) {
    var ratio =
        IntStream.range(0, above.size())
            .mapToDouble(
                n -> figure.applyAsDouble(above.get(n)) / figure.applyAsDouble(below.get(n)))
            .sorted()
            .toArray()[above.size() / 2];
    System.out.printf(
        "%-44s %9.2f at most %.2f: %s%n",
        "GraphQL / its 2 calls, " + what, ratio, MOST, ratio <= MOST ? "met" : "NOT MET");
  }

  private static double median(List<Pass> passes, ToDoubleFunction<Pass> figure) {
    return passes.stream().mapToDouble(figure).sorted().toArray()[passes.size() / 2];
  }

  private Pass measure(List<HttpRequest> round) throws Exception {
    var before = cpu();
    var begun = System.nanoTime();
    var latencies = rounds(round, time);
    var seconds = (System.nanoTime() - begun) / 1e9;
    var used = cpu().minus(before).toMillis();
    Collections.sort(latencies);
    return new Pass(
        latencies.size() / seconds,
        latencies.get(latencies.size() / 2) / 1e6,
        latencies.get(latencies.size() * 99 / 100) / 1e6,
        (double) used / latencies.size());
  }

  private List<Long> rounds(List<HttpRequest> round, Duration howLong)
      throws InterruptedException, ExecutionException {
    var end = System.nanoTime() + howLong.toNanos();
    var pool = Executors.newFixedThreadPool(clients);
    try {
      var running =
          IntStream.range(0, clients)
              .mapToObj(client -> pool.submit(() -> one(round, end)))
              .toList();
      var all = new ArrayList<Long>();
      for (var client : running) {
        all.addAll(client.get());
      }
      return all;
    } finally {
      pool.shutdown();
    }
  }

  private List<Long> one(List<HttpRequest> round, long end) throws Exception {
    var latencies = new ArrayList<Long>();
    while (System.nanoTime() < end || latencies.isEmpty()) {
      var begun = System.nanoTime();
      for (var request : round) {
        send(request);
      }
      latencies.add(System.nanoTime() - begun);
    }
    return latencies;
  }

  private Duration cpu() {
    return services.stream()
        .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static String order(String customer) {
    return "{\"customerId\":\"%s\",\"currency\":\"EUR\",\"items\":[{\"sku\":\"T\",\"name\":\"Tea\",\"quantity\":2,\"unitPrice\":1230}]}"
        .formatted(customer);
  }

  private static String idOf(String json) {
    var id = ID.matcher(json);
    if (!id.find()) {
      throw new IllegalStateException("no id in " + json);
    }
    return id.group(1);
  }

  private HttpRequest get(String path, String token) {
    return request(path, token).build();
  }

  private HttpRequest post(String path, String token, String body) {
    return request(path, token)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }

  private HttpRequest.Builder request(String path, String token) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .timeout(Duration.ofSeconds(30))
        .header("Authorization", "Bearer " + token);
  }

  private static String send(HttpRequest request) throws IOException, InterruptedException {
    var response = HTTP.send(request, BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2 || response.body().contains("\"errors\"")) {
      throw new IllegalStateException(
          request.uri() + ": " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }
}
