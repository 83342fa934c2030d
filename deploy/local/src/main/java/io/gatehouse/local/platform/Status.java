package io.gatehouse.local.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What runs from a data folder at this moment.
 *
 * @param lines for people
 * @param allReady whether nothing is missing
 */
public record Status(List<String> lines, boolean allReady) {
  private static final Pattern BREAKER =
      Pattern.compile(
          "resilience4j_circuitbreaker_state\\{([^}]*)}\\s+1(?:\\.0)?\\b", Pattern.MULTILINE);
  private static final Pattern ROUTE =
      Pattern.compile(
          "^gateway_route\\{route=\"([^\"]*)\",way=\"framework\",why=\"([^\"]*)\"}",
          Pattern.MULTILINE);
  private static final Pattern SPACES = Pattern.compile("\\s+");
  private static final Pattern LABEL = Pattern.compile("(name|state)=\"([^\"]*)\"");

  /** Looks at every component, at all at the same time. */
  public static Status of(Home home) {
    var known = Running.in(home).stream().filter(one -> one.port() > 0).toList();
    var settings = Settings.saved(home);
    if (known.isEmpty() || settings.isEmpty()) {
      return new Status(List.of("Gatehouse is not running: ./gatehouse up starts it."), false);
    }
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      var states = new ArrayList<Future<String>>();
      known.forEach(one -> states.add(workers.submit(() -> state(one, home))));
      var memory = workers.submit(() -> memory(known));
      var gateway =
          workers.submit((Callable<List<String>>) () -> gatewaySays(settings.get(), known));
      var lines = new ArrayList<String>();
      lines.add("Gatehouse at " + settings.get().publicUrl());
      lines.add(
          "  %-18s %-9s %6s %8s %9s %8s".formatted("", "state", "port", "pid", "memory", "cpu"));
      var allReady = settings.get().isCoveredBy(known, Services.of(home));
      for (var place = 0; place < known.size(); place++) {
        var one = known.get(place);
        var state = states.get(place).get();
        allReady &= state.equals("ready");
        lines.add(row(one, state, memory.get().getOrDefault(one.process().pid(), 0L)));
      }
      lines.addAll(gateway.get());
      if (Running.named(home, StartupCaches.FILE).filter(Running::isAlive).isPresent()) {
        lines.add("  start-up caches    are being made in the background");
      }
      if (!allReady) {
        lines.add("  ./gatehouse up starts what is missing.");
      }
      return new Status(lines, allReady);
    } catch (ExecutionException failed) {
      throw new Failure("Cannot look at the components: " + failed.getCause(), failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new Failure("Stopped.", stopped);
    }
  }

  private static String row(Running one, String state, long kilobytes) {
    return "  %-18s %-9s %6d %8s %9s %8s"
        .formatted(
            one.name(),
            state,
            one.port(),
            one.isAlive() ? String.valueOf(one.process().pid()) : "-",
            kilobytes == 0 ? "-" : kilobytes / 1024 + " MiB",
            one.isAlive() ? "%.1f s".formatted(one.process().cpu().toMillis() / 1000.0) : "-");
  }

  private static String state(Running one, Home home) {
    if (!one.isAlive()) {
      return "DIED";
    }
    var ready =
        switch (one.component()) {
          case Postgres.NAME -> Postgres.isReady(home, one);
          case Redis.NAME -> new Redis(home, Secrets.in(home)).isReady(one);
          case Kafka.NAME -> Kafka.isReady(one);
          default -> Probe.of(one.managementPort(), "/actuator/health/readiness").ok();
        };
    return ready ? "ready" : "NOT READY";
  }

  /** Resident memory in KiB by process, PostgreSQL's children with their parent. */
  private static Map<Long, Long> memory(List<Running> known) throws IOException {
    var process = new ProcessBuilder("ps", "-A", "-o", "pid=,ppid=,rss=").start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    var own = known.stream().map(one -> one.process().pid()).collect(Collectors.toSet());
    Map<Long, Long> sums = new HashMap<>();
    said.lines()
        .map(line -> SPACES.splitAsStream(line.strip()).map(Long::valueOf).toList())
        .forEach(
            fields -> {
              var pid = fields.get(0);
              var parent = fields.get(1);
              var rss = fields.get(2);
              if (own.contains(pid) || own.contains(parent)) {
                sums.merge(own.contains(pid) ? pid : parent, rss, Long::sum);
              }
            });
    return sums;
  }

  private static List<String> gatewaySays(Settings settings, List<Running> known) {
    var gateway = known.stream().filter(one -> one.component().equals(Services.DOOR)).findFirst();
    if (gateway.isEmpty() || !gateway.get().isAlive()) {
      return List.of();
    }
    var lines = new ArrayList<String>();
    var health = Probe.ofHealth(settings, gateway.get().port());
    lines.add("  health             %d %s".formatted(health.status(), health.body().strip()));
    var metrics = Probe.of(gateway.get().managementPort(), "/actuator/prometheus").body();
    var breakers = BREAKER.matcher(metrics);
    while (breakers.find()) {
      var labels = new HashMap<String, String>();
      var label = LABEL.matcher(breakers.group(1));
      while (label.find()) {
        labels.put(label.group(1), label.group(2));
      }
      lines.add("  circuit breaker    %s %s".formatted(labels.get("name"), labels.get("state")));
    }
    var routes = ROUTE.matcher(metrics);
    while (routes.find()) {
      lines.add(
          "  route              %s goes the framework's way: %s"
              .formatted(routes.group(1), routes.group(2)));
    }
    return lines;
  }
}
