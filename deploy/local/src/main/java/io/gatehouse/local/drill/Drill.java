package io.gatehouse.local.drill;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.gatehouse.local.drill.OpenLoad.Refused;
import io.gatehouse.local.journey.JourneyFailed;
import io.gatehouse.local.platform.Failure;
import io.gatehouse.local.platform.Home;
import io.gatehouse.local.platform.Progress;
import io.gatehouse.local.platform.Standby;
import io.gatehouse.local.platform.Status;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Breaks one thing under load: the load runs before, during and after the fault, and then what it
 * was told is compared with what is there.
 */
public final class Drill {
  private static final Duration TO_BEGIN = Duration.ofMinutes(2);
  private static final int TOLD = 10;

  /** Service has come back once it has lasted for some seconds. */
  private static final Duration TO_LAST = Duration.ofSeconds(5);

  private final URI url;
  private final Pace pace;
  private final Progress progress;

  /**
   * How hard and how long.
   *
   * @param rate requests a second
   * @param hold how long a hang or an absence lasts
   * @param limit for how long all being served again is waited for; of a fault that somebody else
   *     causes, how long it is watched
   */
  public record Pace(int rate, Duration hold, Duration limit) {}

  public Drill(URI url, Pace pace, Progress progress) {
    this.url = url;
    this.pace = pace;
    this.progress = progress;
  }

  /**
   * Breaks a part of the platform that runs from a data folder.
   *
   * @param component what it is to befall; empty for a scenario that says so itself
   * @throws Failure before anything is broken, when that cannot be done
   */
  public Outcome here(Scenario scenario, String component, Home home) {
    if (scenario == Scenario.FAILOVER && !Standby.isRunning(home)) {
      throw new Failure(
          "failover needs a standby of PostgreSQL to promote: ./gatehouse up --standby starts one.");
    }
    if (!Status.of(home).allReady()) {
      throw new Failure(
          "Not everything is ready, so nothing is broken: ./gatehouse status tells what is missing, ./gatehouse up starts it.");
    }
    var faults = new Faults(home, progress);
    return switch (scenario) {
      case KILL -> run(List.of(faults.kill(component)), Duration.ZERO);
      case HANG -> run(List.of(faults.hang(component)), pace.hold());
      case REDIS -> run(List.of(faults.kill("redis")), pace.hold());
      case REGISTRY -> run(List.of(faults.kill("discovery")), pace.hold());
      case RESTART_ALL -> run(faults.restartAll(), Duration.ZERO);
      case FAILOVER -> run(List.of(faults.failover()), Duration.ZERO);
    };
  }

  /** Watches a platform whose faults are somebody else's to cause. */
  public Outcome elsewhere(Scenario scenario, String component) {
    var request =
        "now %s. The load goes on for %d s."
            .formatted(scenario.request(component), pace.limit().toSeconds());
    return run(List.of(new OperatorsFault(request)), pace.limit());
  }

  private record OperatorsFault(String announcement) implements Fault {
    @Override
    public void inflict() {}

    @Override
    public void mend() {}
  }

  private Outcome run(List<Fault> faults, Duration hold) {
    OpenLoad.neverRetry();
    progress.line("Before: customers sign up at " + url);
    try (var shopping = Shopping.begun(url, pace.rate())) {
      settleBefore(shopping);
      var servedAgain = new ArrayList<Optional<Duration>>();
      for (var fault : faults) {
        servedAgain.add(outage(shopping, fault, hold));
      }
      return outcome(shopping, servedAgain);
    }
  }

  private void settleBefore(Shopping shopping) {
    if (!shopping.settles(TO_BEGIN)) {
      tell(shopping.load().refused());
      throw new Failure(
          "%s does not serve this load, so nothing was broken: look at what it refuses, or ask for less with --rate."
              .formatted(url));
    }
    progress.line(
        "Before: %d customers, %d requests a second, all served, the slowest after %d ms"
            .formatted(shopping.customers(), pace.rate(), shopping.load().slowest().toMillis()));
    shopping.load().forget();
  }

  /** How long after the fault all was served again. */
  private Optional<Duration> outage(Shopping shopping, Fault fault, Duration hold) {
    progress.line("Breaking: " + fault.announcement());
    var at = System.nanoTime();
    try (var inflicted = Inflicted.by(fault, progress)) {
      inflicted.inflict();
      Patience.pass(hold);
      inflicted.mend();
    } catch (Failure failed) {
      progress.line(String.valueOf(failed.getMessage()));
    }
    if (!shopping.settles(pace.limit().plus(TO_LAST))) {
      return Optional.empty();
    }
    progress.line("Back: everything is served as before");
    var since = fault instanceof OperatorsFault ? shopping.load().firstTrouble().orElse(at) : at;
    return Optional.of(shopping.load().servedAgainAfter(since));
  }

  private Outcome outcome(Shopping shopping, List<Optional<Duration>> servedAgain) {
    shopping.stop();
    var load = shopping.load();
    tell(load.refused());
    var repeated = shopping.repeatUnacknowledged();
    progress.line(
        "Checking: %d acknowledged writes, after %d orders without an answer were asked for again with their keys"
            .formatted(shopping.acknowledged(), repeated));
    var findings = findings(shopping);
    findings.stream()
        .flatMap(
            found ->
                Stream.concat(
                    found.losses().stream().map(loss -> "Lost: " + loss),
                    found.doubles().stream().map(twice -> "Doubled: " + twice)))
        .limit(TOLD)
        .forEach(progress::line);
    return new Outcome(
        shopping.acknowledged(),
        findings,
        load.refused().size(),
        load.slowest(),
        servedAgain.stream().anyMatch(Optional::isEmpty)
            ? Optional.empty()
            : servedAgain.stream().flatMap(Optional::stream).max(Duration::compareTo),
        pace.limit());
  }

  private Optional<Findings> findings(Shopping shopping) {
    try {
      return Optional.of(shopping.findings());
    } catch (JourneyFailed failed) {
      progress.line("what is there cannot be looked at: " + failed.getMessage());
      return Optional.empty();
    }
  }

  /** What was refused, alike ones together, the most frequent first. */
  private void tell(List<Refused> refused) {
    refused.stream()
        .collect(groupingBy(one -> "%s: %s".formatted(kind(one), one.why()), counting()))
        .entrySet()
        .stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(TOLD)
        .forEach(one -> progress.line("Refused: %d × %s".formatted(one.getValue(), one.getKey())));
  }

  private static String kind(Refused refused) {
    return refused.method() + " " + refused.path().replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "{id}");
  }
}
