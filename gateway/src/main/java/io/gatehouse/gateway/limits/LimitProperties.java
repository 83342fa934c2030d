package io.gatehouse.gateway.limits;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/** The rate limits, one per kind of caller; {@code application.yml} has the defaults. */
@Validated
@ConfigurationProperties("gatehouse.limits")
record LimitProperties(
    @NotNull @Valid Limit anonymous,
    @NotNull @Valid Limit user,
    @NotNull @Valid Limit service,
    @NotNull @Valid Limit login,
    @NotNull @Valid Limit assets) {

  /**
   * One limit.
   *
   * @param rate requests per second that go on for ever
   * @param burst requests that may come at once
   */
  record Limit(@Min(1) @Max(1_000_000) int rate, @Min(1) @Max(1_000_000) int burst) {}
}
