package io.gatehouse.orders;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Streams of live events.
 *
 * @param perUser how many one subject may hold at an instance; one more is a 429
 * @param perInstance how many all together; one more is a 503
 * @param heartBeat how often a stream on which nothing happens says so
 */
@Validated
@ConfigurationProperties("gatehouse.streams")
record StreamProperties(
    @Min(1) @DefaultValue("20") int perUser,
    @Min(1) @DefaultValue("2000") int perInstance,
    @NotNull @DefaultValue("15s") Duration heartBeat) {

  StreamProperties {
    if (heartBeat.isNegative() || heartBeat.isZero()) {
      throw new IllegalArgumentException(
          "gatehouse.streams.heart-beat (GATEHOUSE_STREAMS_HEART_BEAT) must be positive, not "
              + heartBeat);
    }
  }
}
