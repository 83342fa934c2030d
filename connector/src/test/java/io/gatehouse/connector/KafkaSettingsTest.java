package io.gatehouse.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class KafkaSettingsTest {
  private final Map<String, Object> settings =
      KafkaSettings.producer(
          new KafkaProperties("localhost:1", null, null, null, 12, (short) -1),
          new ConnectorProperties(
              DataSize.ofMegabytes(4),
              DataSize.ofMegabytes(5),
              Duration.ofSeconds(7),
              Duration.ofSeconds(1)));

  @Test
  void producer_holdsNoMoreBytesThanItsBuffer() {
    try (var producer = new KafkaProducer<String, String>(settings)) {
      var buffer =
          producer.metrics().values().stream()
              .filter(metric -> metric.metricName().name().equals("buffer-total-bytes"))
              .map(metric -> ((Number) metric.metricValue()).longValue())
              .toList();
      assertThat(buffer).containsExactly(5L << 20);
    }
  }

  @Test
  void producer_sendsNothingBehindWhatMayYetFail() {
    var producer = new ProducerConfig(settings);

    assertThat(producer.getInt(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION)).isEqualTo(1);
    assertThat(producer.getBoolean(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG)).isTrue();
    assertThat(producer.getString(ProducerConfig.ACKS_CONFIG)).isEqualTo("-1");
    assertThat(producer.getInt(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG))
        .isEqualTo(Integer.MAX_VALUE);
    assertThat(producer.getLong(ProducerConfig.MAX_BLOCK_MS_CONFIG)).isEqualTo(7000);
  }
}
