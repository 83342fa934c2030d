package io.gatehouse.connector;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * One event as it stands in a topic: docs/asyncapi.yaml.
 *
 * @param key the user's or the order's id
 * @param schema the number of the value's form
 * @param version of the user or order after the event
 * @param position unique in its topic and the same whenever the event is sent again
 * @param at RFC 3339 in UTC with microseconds
 * @param requestId of the request that brought it about, if one did
 * @param value compact JSON
 */
record PublishedEvent(
    String key,
    String type,
    int schema,
    long version,
    String position,
    String at,
    @Nullable String requestId,
    String value) {

  /** Shape: key and value are text, headers are text too; its time is the event's. */
  ProducerRecord<String, String> to(String topic) {
    return new ProducerRecord<>(
        topic, null, Instant.parse(at).toEpochMilli(), key, value, headers());
  }

  private List<Header> headers() {
    var headers = new ArrayList<Header>();
    headers.add(header("type", type));
    headers.add(header("schema", Integer.toString(schema)));
    headers.add(header("version", Long.toString(version)));
    headers.add(header("position", position));
    headers.add(header("at", at));
    if (requestId != null) {
      headers.add(header("requestId", requestId));
    }
    return headers;
  }

  private static Header header(String name, String text) {
    return new RecordHeader(name, text.getBytes(StandardCharsets.UTF_8));
  }
}
