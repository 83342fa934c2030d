package io.gatehouse.connector;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** Makes a topic that is missing. One that is there stays as its operator made it. */
final class Topics {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final KafkaProperties properties;

  Topics(KafkaProperties properties) {
    this.properties = properties;
  }

  /**
   * Returns when the topic is there.
   *
   * @throws RelayException when the brokers do not answer, or refuse
   */
  void make(String name) throws InterruptedException {
    var replicas =
        properties.replicas() < 0 ? Optional.<Short>empty() : Optional.of(properties.replicas());
    var topic =
        new NewTopic(name, Optional.of(properties.partitions()), replicas)
            .configs(
                Map.of(
                    // The whole history, as the table keeps it.
                    TopicConfig.RETENTION_MS_CONFIG,
                    "-1",
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    String.valueOf(KafkaSettings.LARGEST_EVENT)));
    var admin = Admin.create(KafkaSettings.common(properties));
    try {
      admin.createTopics(List.of(topic)).all().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      if (!(failed.getCause() instanceof TopicExistsException)) {
        throw new RelayException("the brokers refused to make the topic " + name, failed);
      }
    } catch (TimeoutException | KafkaException failed) {
      throw new RelayException("the brokers do not answer", failed);
    } finally {
      admin.close(Duration.ZERO);
    }
  }
}
