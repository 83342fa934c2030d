package io.gatehouse.connector;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** The relays of all tables, and whether they are well: part of readiness, as {@code relays}. */
@Component("relays")
class Relays implements SmartLifecycle, HealthIndicator {
  private final List<Relay> relays;

  private volatile boolean running;

  Relays(
      DatabaseProperties database,
      KafkaProperties kafka,
      ConnectorProperties bounds,
      MeterRegistry registry) {
    relays =
        Stream.of(EventTable.values())
            .map(
                table ->
                    new Relay(
                        table, database, kafka, bounds, new RelayMeters(registry, table.topic())))
            .toList();
  }

  @Override
  public void start() {
    running = true;
    relays.forEach(Relay::start);
  }

  @Override
  public void stop() {
    running = false;
    relays.parallelStream().forEach(Relay::stop);
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public Health health() {
    var health = relays.stream().anyMatch(Relay::isStuck) ? Health.down() : Health.up();
    relays.forEach(relay -> health.withDetail(relay.topic(), relay.details()));
    return health.build();
  }
}
