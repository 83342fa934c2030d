package io.gatehouse.users.signins;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How guessing is made slow.
 *
 * @param freeFailures failures in a row that cost nothing
 * @param maxFailures failures in a row that lock the address
 * @param lock how long; also after how long failures are forgotten
 * @param firstDelay of the next answer, doubling with each failure up to {@code maxDelay}
 * @param maxDelay the longest an answer is held back
 */
@Validated
@ConfigurationProperties("gatehouse.sign-in")
record SignInProperties(
    @Min(0) @DefaultValue("3") int freeFailures,
    @Min(1) @DefaultValue("10") int maxFailures,
    @NotNull @DefaultValue("15m") Duration lock,
    @NotNull @DefaultValue("100ms") Duration firstDelay,
    @NotNull @DefaultValue("2s") Duration maxDelay) {

  /** How long an answer waits after so many failures; a locked address is not waited for. */
  Duration delay(int failures) {
    var steps = failures - freeFailures;
    if (steps < 0 || failures >= maxFailures) {
      return Duration.ZERO;
    }
    var delay = firstDelay.multipliedBy(1L << Math.min(steps, 20));
    return delay.compareTo(maxDelay) < 0 ? delay : maxDelay;
  }
}
