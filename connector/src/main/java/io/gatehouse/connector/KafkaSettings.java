package io.gatehouse.connector;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.scram.ScramLoginModule;
import org.apache.kafka.common.serialization.StringSerializer;

/** The settings of Kafka's clients. */
final class KafkaSettings {
  /** The API takes bodies of 1 MiB; sealed in Base64 they grow by a third. */
  static final int LARGEST_EVENT = 4 << 20;

  private KafkaSettings() {}

  /** What every client is told. */
  static Map<String, Object> common(KafkaProperties properties) {
    var settings = new HashMap<String, Object>();
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, properties.bootstrap());
    settings.put(CommonClientConfigs.CLIENT_ID_CONFIG, "connector");
    settings.put(CommonClientConfigs.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1000);
    // A broker that is silent instead of dead.
    settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    var encrypted = properties.ca() != null;
    var user = properties.user();
    var password = properties.password();
    if (encrypted) {
      settings.put(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, "PEM");
      settings.put(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG, String.valueOf(properties.ca()));
    }
    if (user != null && password != null) {
      settings.put(SaslConfigs.SASL_MECHANISM, "SCRAM-SHA-512");
      settings.put(
          SaslConfigs.SASL_JAAS_CONFIG,
          "%s required username=%s password=%s;"
              .formatted(ScramLoginModule.class.getName(), quoted(user), quoted(password)));
    }
    settings.put(
        CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
        (user == null ? "" : "SASL_") + (encrypted ? "SSL" : "PLAINTEXT"));
    return settings;
  }

  /** Of a producer that neither loses nor reorders, however long the brokers are away. */
  static Map<String, Object> producer(KafkaProperties kafka, ConnectorProperties properties) {
    var settings = common(kafka);
    settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, StringSerializer.class);
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, properties.producerBuffer().toBytes());
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_EVENT);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, properties.deliveryTimeout().toMillis());
    // No event may expire while a later one of its key goes out: TopicWriter ends the producer.
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
    // What is on its way cannot be called back: nothing of a partition behind what may yet fail.
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 64 << 10);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    return settings;
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
