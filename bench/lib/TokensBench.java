import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.function.DoubleUnaryOperator;

/**
 * Loads issuers of access tokens by turns and reads what their processes used meanwhile, for
 * bench/tokens.
 */
class TokensBench {
  private static final Path PROC = Path.of("/proc");
  private static final List<String> KINDS = List.of("client credentials", "refresh token", "code");

  private final int connections = number("CONNECTIONS", 16);
  private final Duration load = Duration.ofSeconds(number("SECONDS_EACH", 5));
  private final Duration warm = Duration.ofSeconds(number("WARM", 90));
  private final int enough = number("WARM_TOKENS", 10_000);
  private final int rounds = number("ROUNDS", 3);
  private final long postgres;
  private final double tick;

  private TokensBench(long postgres, double tick) {
    this.postgres = postgres;
    this.tick = tick;
  }

  /**
   * An issuer.
   *
   * @param algorithm that its tokens have to be signed with
   * @param pids of the processes whose work is counted
   */
  record Issuer(String name, String algorithm, URI base, List<Long> pids, boolean isKeycloak) {
    static Issuer from(String text) {
      var parts = text.split(",");
      var pids = Arrays.stream(parts[3].split("\\+")).map(Long::valueOf).toList();
      return new Issuer(
          parts[0], parts[1], URI.create(parts[2]), pids, parts[0].startsWith("Keycloak"));
    }

    String path(String end) {
      var ends = isKeycloak ? "/protocol/openid-connect/" : "/oauth2/";
      return base.getPath() + ends + (isKeycloak && end.equals("authorize") ? "auth" : end);
    }
  }

  /** What a load gave: CPU in µs for each token. */
  private record Measured(double service, double database, double rate, long tokens) {}

  /**
   * Arguments: PostgreSQL's process id, clock ticks per second, then NAME,ALGORITHM,URL,PID+PID…
   */
  public static void main(String[] arguments) throws Exception {
    var bench = new TokensBench(Long.parseLong(arguments[0]), Double.parseDouble(arguments[1]));
    var issuers = Arrays.stream(arguments).skip(2).map(Issuer::from).toList();
    var medians = new LinkedHashMap<String, Measured>();
    System.out.printf("%-20s %-20s %10s %12s %12s%n", "", "", "tokens/s", "CPU issuer", "database");
    // Each is tried before all of them are warmed.
    for (var kind : KINDS) {
      for (var issuer : issuers) {
        new TokenHolder(issuer, kind).close();
      }
    }
    for (var kind : KINDS) {
      bench.table(kind, issuers, medians);
    }
    System.out.println();
    for (var kind : KINDS) {
      goal(medians, kind, "Gatehouse RS256", "Keycloak RS256", 0.5);
      goal(medians, kind, "Gatehouse ES256", "Keycloak ES256", 0.1);
      goal(medians, kind, "Gatehouse ES256", "Keycloak RS256", 0.1);
    }
  }

  /** All are warmed first, then measured in rounds that take turns. */
  private void table(String kind, List<Issuer> issuers, Map<String, Measured> medians)
      throws Exception {
    var sides = new LinkedHashMap<Issuer, List<TokenHolder>>();
    for (var issuer : issuers) {
      var people = new ArrayList<TokenHolder>();
      for (var i = 0; i < connections; i++) {
        people.add(new TokenHolder(issuer, kind));
      }
      sides.put(issuer, people);
      warmUp(issuer, people);
    }
    var rows = new LinkedHashMap<Issuer, List<Measured>>();
    for (var round = 0; round < rounds; round++) {
      for (var side : sides.entrySet()) {
        rows.computeIfAbsent(side.getKey(), _ -> new ArrayList<>())
            .add(measure(side.getKey(), side.getValue()));
      }
    }
    rows.forEach(
        (issuer, row) -> {
          var median = median(row);
          medians.put(kind + issuer.name(), median);
          System.out.printf(
              "%-20s %-20s %10.0f %9.0f µs %9.0f µs   rounds: %s%n",
              kind,
              issuer.name(),
              median.rate(),
              median.service(),
              median.database(),
              row.stream().map(each -> "%.0f".formatted(each.service())).toList());
        });
    for (var people : sides.values()) {
      for (var person : people) {
        person.close();
      }
    }
  }

  /** Until two loads in a row cost the same within 5 %, after enough for the compilers. */
  private void warmUp(Issuer issuer, List<TokenHolder> people) throws Exception {
    var until = System.nanoTime() + warm.toNanos();
    var tokens = 0L;
    var last = 0.0;
    while (System.nanoTime() < until) {
      var now = measure(issuer, people);
      tokens += now.tokens();
      if (tokens >= enough && Math.abs(now.service() - last) <= 0.05 * last) {
        return;
      }
      last = now.service();
    }
    System.out.printf("(%s was not warm yet after %d tokens)%n", issuer.name(), tokens);
  }

  private Measured measure(Issuer issuer, List<TokenHolder> people) throws Exception {
    var before = jiffies(issuer.pids());
    var databaseBefore = jiffies(List.of(postgres));
    var start = System.nanoTime();
    long tokens = 0;
    try (var threads = Executors.newFixedThreadPool(people.size())) {
      var all = people.stream().map(each -> threads.submit(() -> each.run(start + load.toNanos())));
      for (var done : all.toList()) {
        tokens += done.get();
      }
    }
    var seconds = (System.nanoTime() - start) / 1e9;
    DoubleUnaryOperator each = used -> used / tick * 1e6;
    return new Measured(
        each.applyAsDouble(jiffies(issuer.pids()) - before) / tokens,
        each.applyAsDouble(jiffies(List.of(postgres)) - databaseBefore) / tokens,
        tokens / seconds,
        tokens);
  }

  private static Measured median(List<Measured> rows) {
    return rows.stream()
        .sorted((one, other) -> Double.compare(one.service(), other.service()))
        .toList()
        .get(rows.size() / 2);
  }

  private static void goal(
      Map<String, Measured> medians, String kind, String ours, String peer, double limit) {
    var us = medians.get(kind + ours);
    var them = medians.get(kind + peer);
    if (us == null || them == null) {
      return;
    }
    var ratio = us.service() / them.service();
    var whole = (us.service() + us.database()) / (them.service() + them.database());
    System.out.printf(
        "%-20s %s / %s: %.2f, at most %.2f  %s   (with PostgreSQL %.2f)%n",
        kind, ours, peer, ratio, limit, ratio <= limit ? "met" : "NOT MET", whole);
  }

  /** Of the processes and their children; PostgreSQL's backends are its children. */
  private static long jiffies(List<Long> pids) throws IOException {
    long sum = 0;
    for (var pid : pids) {
      var children = Files.readString(PROC.resolve(pid + "/task/" + pid + "/children")).split(" ");
      for (var each : (pid + " " + String.join(" ", children)).strip().split(" +")) {
        var stat = PROC.resolve(each + "/stat");
        if (Files.exists(stat)) {
          var fields = Files.readString(stat).replaceFirst(".*\\) ", "").split(" ");
          sum += Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        }
      }
    }
    return sum;
  }

  private static int number(String name, int otherwise) {
    return Integer.parseInt(System.getenv().getOrDefault(name, String.valueOf(otherwise)));
  }
}
