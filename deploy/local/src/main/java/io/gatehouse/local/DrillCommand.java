package io.gatehouse.local;

import io.gatehouse.local.drill.Drill;
import io.gatehouse.local.drill.Drill.Pace;
import io.gatehouse.local.drill.Scenario;
import io.gatehouse.local.platform.Progress;
import io.gatehouse.local.platform.Services;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "drill",
    description = "Breaks one thing under load, and counts what was lost, doubled and refused.",
    footer = {
      "Names: kill SERVICE, hang SERVICE (a service, postgresql or redis), failover,",
      "redis, registry, restart-all. With --url the fault is yours to cause, when told.",
      "Ends with 0 if nothing was lost or doubled and service came back, else with 1."
    })
final class DrillCommand implements Callable<Integer> {
  private static final List<String> STORES = List.of("postgresql", "redis");

  /** The longest that a customer's token is good for by default is 15 minutes. */
  private static final int MAX_SECONDS = 300;

  /** So that one address stays inside the limit of 20 anonymous requests a second. */
  private static final int MAX_RATE = 300;

  @Parameters(index = "0", paramLabel = "NAME", description = "what to do, for example kill")
  private String name = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "SERVICE",
      description = "to what, for example order-service")
  private @Nullable String target;

  @Mixin private final PublicUrl url = new PublicUrl();

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "requests a second (default: ${DEFAULT-VALUE})",
      defaultValue = "50")
  private int rate;

  @Option(
      names = "--hold",
      paramLabel = "SECONDS",
      description = "how long a hang or an absence lasts (default: ${DEFAULT-VALUE})",
      defaultValue = "10")
  private int hold;

  @Option(
      names = "--for",
      paramLabel = "SECONDS",
      description =
          "how long service may take to come back; with --url, how long the load goes on (default: ${DEFAULT-VALUE})",
      defaultValue = "90")
  private int limit;

  @Spec private @Nullable CommandSpec spec;

  private final Progress progress;

  DrillCommand(Progress progress) {
    this.progress = progress;
  }

  @Override
  public Integer call() {
    var scenario =
        Scenario.named(name)
            .orElseThrow(
                () ->
                    misuse(
                        "There is no drill \"%s\"; there are %s.".formatted(name, Scenario.all())));
    var component = component(scenario);
    check("--rate", rate, MAX_RATE);
    check("--hold", hold, MAX_SECONDS);
    check("--for", limit, MAX_SECONDS);
    var pace = new Pace(rate, Duration.ofSeconds(hold), Duration.ofSeconds(limit));
    var drill = new Drill(url.get(), pace, progress);
    var outcome =
        url.isGiven()
            ? drill.elsewhere(scenario, component)
            : drill.here(scenario, component, url.home());
    progress.line(outcome.line());
    return outcome.isClean() ? 0 : 1;
  }

  /** What the scenario is to befall; empty when its name says that. */
  private String component(Scenario scenario) {
    if (!scenario.isOfAComponent()) {
      if (target != null) {
        throw misuse("%s takes nothing more, and \"%s\" was given.".formatted(name, target));
      }
      return "";
    }
    var known =
        Stream.concat(
                Services.read(DataFolder.root()).all().stream().map(service -> service.name()),
                STORES.stream())
            .toList();
    if (target == null || !known.contains(target)) {
      throw misuse(
          "%s takes one of %s%s."
              .formatted(
                  name,
                  known.stream().collect(Collectors.joining(", ")),
                  target == null ? "" : ", and there is no \"" + target + "\""));
    }
    return target;
  }

  private void check(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw misuse("%s takes 1 to %d, not %d.".formatted(option, most, value));
    }
  }

  private ParameterException misuse(String sentence) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), sentence);
  }
}
