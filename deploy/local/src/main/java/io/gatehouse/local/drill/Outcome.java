package io.gatehouse.local.drill;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * What a drill found.
 *
 * @param acknowledged how many writes were answered with 2xx
 * @param findings what is wrong with what is there; empty when that could not be looked at
 * @param refused how many requests were not answered with 2xx since the fault
 * @param slowest the slowest 2xx since the fault
 * @param servedAgain how long after the fault all was served again; empty when it was not
 * @param limit for how long that was waited for
 */
public record Outcome(
    int acknowledged,
    Optional<Findings> findings,
    int refused,
    Duration slowest,
    Optional<Duration> servedAgain,
    Duration limit) {

  /** Whether nothing was lost or doubled and service came back. */
  public boolean isClean() {
    return findings.filter(Findings::isClean).isPresent() && servedAgain.isPresent();
  }

  /** One line, such as {@code acknowledged 10432, lost 0, doubled 0, …}. */
  public String line() {
    return "acknowledged %d, %s, refused %d, slowest %s, %s"
        .formatted(
            acknowledged,
            findings
                .map(found -> "lost %d, doubled %d".formatted(found.lost(), found.doubled()))
                .orElse("lost unknown, doubled unknown"),
            refused,
            seconds(slowest),
            servedAgain
                .map(after -> "served again after " + seconds(after))
                .orElse("not served again within " + seconds(limit)));
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }
}
