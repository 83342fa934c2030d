package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.local.drill.StubPlatform;
import io.gatehouse.local.drill.StubPlatform.Fault;
import io.gatehouse.local.platform.Progress;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What a drill says of platforms that lose, double and refuse: its last line and its end. */
class DrillCommandTest {
  private static final String MEASURED = "slowest \\d+\\.\\d s, ";

  /** All at the same time, because a drill is mostly waiting. */
  private static final CompletableFuture<Run> KEEPING = drilled(Fault.BREAKS_OFF_AN_ANSWER);

  private static final CompletableFuture<Run> LOSING =
      drilled(Fault.LOSES_AN_ORDER, Fault.LOSES_A_PAYMENT, Fault.LOSES_A_NAME);
  private static final CompletableFuture<Run> DOUBLING =
      drilled(
          Fault.DOUBLES_AN_ORDER,
          Fault.DOUBLES_A_PAYMENT,
          Fault.BREAKS_OFF_AN_ANSWER,
          Fault.IGNORES_KEYS);
  private static final CompletableFuture<Run> REFUSING = drilled(Fault.REFUSES_READS);

  private static CompletableFuture<Run> drilled(Fault... faults) {
    return CompletableFuture.supplyAsync(() -> Run.against(faults), Thread.ofVirtual()::start);
  }

  /** A platform of its own, drilled; the platform is told when the drill says "Breaking". */
  private record Run(int exitCode, List<String> lines) {
    static Run against(Fault... faults) {
      try (var platform = new StubPlatform(Set.of(faults))) {
        var out =
            new StringWriter() {
              @Override
              public void write(String text, int from, int length) {
                super.write(text, from, length);
                if (text.startsWith("Breaking")) {
                  platform.breakNow();
                }
              }
            };
        var line = new CommandLine(new DrillCommand(new Progress(new PrintWriter(out))));
        var url = platform.url().toString();
        var exitCode =
            line.execute("kill", "order-service", "--url", url, "--rate", "100", "--for", "1");
        return new Run(exitCode, out.toString().lines().toList());
      }
    }

    String last() {
      return lines.getLast();
    }

    long count(String beginning) {
      return lines.stream().filter(line -> line.startsWith(beginning)).count();
    }
  }

  @Test
  void everythingKept_endsWithNought_evenWhereAnAnswerWasLost() {
    var run = KEEPING.join();

    assertThat(run.last())
        .matches(
            "acknowledged [1-9]\\d+, lost 0, doubled 0, refused 0, %sserved again after 0\\.0 s"
                .formatted(MEASURED));
    assertThat(run.exitCode()).isZero();
    assertThat(run.count("Breaking: now kill one instance of order-service and start it again."))
        .isOne();
  }

  @Test
  void acknowledgedAndNotThere_isLost_andEndsWithOne() {
    var run = LOSING.join();

    assertThat(run.last()).contains(", lost 3, doubled 0, ");
    assertThat(run.count("Lost: order ")).isEqualTo(2);
    assertThat(run.count("Lost: the name ")).isOne();
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void askedForOnceAndThereTwice_isDoubled_andEndsWithOne() {
    var run = DOUBLING.join();

    assertThat(run.last()).contains(", lost 0, doubled 3, ");
    assertThat(run.count("Doubled: DRILL-")).isEqualTo(3);
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @Test
  void serviceThatDoesNotComeBack_isTold_andEndsWithOne() {
    var run = REFUSING.join();

    assertThat(run.last())
        .matches(
            "acknowledged \\d+, lost 0, doubled 0, refused [1-9]\\d*, %snot served again within 1\\.0 s"
                .formatted(MEASURED));
    assertThat(run.lines())
        .anyMatch(line -> line.matches("Refused: \\d+ × GET .*: 503 SERVICE_UNAVAILABLE"));
    assertThat(run.exitCode()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nonsense | There is no drill "nonsense"; there are kill SERVICE, hang SERVICE, failover, redis, registry, restart-all.
          kill | kill takes one of discovery, auth-server, user-service, order-service, gateway, postgresql, redis.
          hang shop | hang takes one of discovery, auth-server, user-service, order-service, gateway, postgresql, redis, and there is no "shop".
          redis now | redis takes nothing more, and "now" was given.
          redis --rate 0 | --rate takes 1 to 300, not 0.
          redis --for 301 | --for takes 1 to 300, not 301.
          """)
  void drillThatCannotBeMeant_getsASentence(String arguments, String sentence) {
    var line = Gatehouse.commandLine();
    var said = new StringWriter();
    line.setErr(new PrintWriter(said));

    var exitCode =
        line.execute(
            Stream.concat(Stream.of("drill"), Stream.of(arguments.split(" ")))
                .toArray(String[]::new));

    assertThat(said.toString()).startsWith(sentence);
    assertThat(exitCode).isEqualTo(2);
  }
}
