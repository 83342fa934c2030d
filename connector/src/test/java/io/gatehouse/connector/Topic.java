package io.gatehouse.connector;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** What a consumer sees that reads a topic from its beginning. */
final class Topic {
  private final String bootstrap;
  private final String name;

  Topic(String bootstrap, String name) {
    this.bootstrap = bootstrap;
    this.name = name;
  }

  /** Everything that is in it now, partition by partition. */
  List<ConsumerRecord<String, String>> read() {
    var settings = new Properties();
    settings.setProperty("bootstrap.servers", bootstrap);
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      var partitions =
          consumer.partitionsFor(name, Duration.ofSeconds(30)).stream()
              .map(info -> new TopicPartition(name, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      var records = new ArrayList<ConsumerRecord<String, String>>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }

  /**
   * What a consumer keeps that drops what is not newer than the last of its key: "version position"
   * by key, in the order of arrival.
   */
  Map<String, List<String>> withoutRepeats() {
    var kept = new HashMap<String, List<String>>();
    var newest = new HashMap<String, long[]>();
    for (var record : read()) {
      var position = header(record, "position");
      var place =
          new long[] {
            Long.parseLong(header(record, "version")),
            Long.parseLong(position.substring(position.indexOf('.') + 1))
          };
      var last = newest.get(record.key());
      if (last == null || Arrays.compare(last, place) < 0) {
        newest.put(record.key(), place);
        kept.computeIfAbsent(record.key(), _ -> new ArrayList<>()).add(place[0] + " " + position);
      }
    }
    return kept;
  }

  static String header(ConsumerRecord<String, String> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
  }
}
