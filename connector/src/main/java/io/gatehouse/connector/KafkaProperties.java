package io.gatehouse.connector;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where the brokers are, and what the topics are made like when they are missing.
 *
 * @param bootstrap {@code host:port} of one broker or more, separated by commas
 * @param ca a PEM file with the authority of the brokers' certificates: given, connections are
 *     encrypted and the brokers' names are verified; else they are plain
 * @param user for SCRAM-SHA-512; none when the brokers ask for none
 * @param partitions of a new topic. Events of one key share a partition: never change it later
 * @param replicas of a new topic, -1 for the brokers' default
 */
@Validated
@ConfigurationProperties("gatehouse.kafka")
record KafkaProperties(
    @NotBlank(message = "is required: set GATEHOUSE_KAFKA_BOOTSTRAP") String bootstrap,
    @Nullable Path ca,
    @Nullable String user,
    @Nullable String password,
    @Min(1) @Max(10_000) @DefaultValue("12") int partitions,
    @Min(-1) @Max(15) @DefaultValue("-1") short replicas) {

  KafkaProperties {
    if ((user == null) != (password == null)) {
      throw new IllegalArgumentException(
          "gatehouse.kafka.user (GATEHOUSE_KAFKA_USER) and gatehouse.kafka.password (GATEHOUSE_KAFKA_PASSWORD)"
              + " go together: set both or none");
    }
  }

  @Override
  public String toString() {
    return "KafkaProperties[" + bootstrap + "]";
  }
}
