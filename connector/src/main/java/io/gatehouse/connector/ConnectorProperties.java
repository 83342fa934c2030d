package io.gatehouse.connector;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds, for each of the two event tables.
 *
 * @param queue bytes read from the database that wait for the brokers; then reading pauses
 * @param producerBuffer bytes that wait for the brokers' acknowledgement
 * @param deliveryTimeout how long a batch may wait for it before its connection is made anew and
 *     the batch is sent again
 * @param retry the pause before anything that failed is tried again, and between two looks of an
 *     instance that stands by
 */
@Validated
@ConfigurationProperties("gatehouse.connector")
record ConnectorProperties(
    @NotNull @DefaultValue("16MB") DataSize queue,
    @NotNull @DefaultValue("16MB") DataSize producerBuffer,
    @NotNull @DefaultValue("30s") Duration deliveryTimeout,
    @NotNull @DefaultValue("2s") Duration retry) {
  private static final DataSize LARGEST_EVENT = DataSize.ofMegabytes(4);

  ConnectorProperties {
    atLeast("queue", queue);
    atLeast("producer-buffer", producerBuffer);
    positive("delivery-timeout", deliveryTimeout);
    positive("retry", retry);
  }

  private static void atLeast(String key, DataSize size) {
    if (size.compareTo(LARGEST_EVENT) < 0) {
      throw new IllegalArgumentException(
          "gatehouse.connector.%s must be %s or more, not %s".formatted(key, LARGEST_EVENT, size));
    }
  }

  private static void positive(String key, Duration time) {
    if (time.isNegative() || time.isZero()) {
      throw new IllegalArgumentException(
          "gatehouse.connector.%s must be longer than nothing, not %s".formatted(key, time));
    }
  }
}
