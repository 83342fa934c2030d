package io.gatehouse.connector;

import io.debezium.connector.postgresql.PostgresConnector;
import io.debezium.embedded.Connect;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import io.debezium.engine.format.ChangeEventFormat;
import io.debezium.engine.spi.OffsetCommitPolicy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.MemoryOffsetBackingStore;
import org.postgresql.util.HostSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a table's inserts from the server's log with Debezium, from where the slot stands, and
 * tells the slot how far the topic has them. The slot alone remembers: there is no second place
 * that could say otherwise.
 */
final class LogStream implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogStream.class);

  private final EventTable table;
  private final TopicWriter writer;
  private final RelayMeters meters;
  private final DebeziumEngine<RecordChangeEvent<SourceRecord>> engine;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Thread thread;

  /**
   * Starts to read.
   *
   * @param server on which the lock is held
   */
  LogStream(
      EventTable table,
      HostSpec server,
      DatabaseProperties database,
      ConnectorProperties bounds,
      TopicWriter writer,
      RelayMeters meters) {
    this.table = table;
    this.writer = writer;
    this.meters = meters;
    this.engine =
        DebeziumEngine.create(ChangeEventFormat.of(Connect.class))
            .using(settings(table, server, database, bounds))
            .using(OffsetCommitPolicy.always())
            .using(this::ended)
            .notifying(this::relay)
            .build();
    this.thread = Thread.ofPlatform().name("read-" + table.table()).start(engine);
  }

  /** Fails, with the reason, when reading has ended. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  private void ended(boolean orderly, String message, Throwable failed) {
    ended.completeExceptionally(
        new RelayException(message == null ? "reading the log ended" : message, failed));
  }

  private void relay(
      List<RecordChangeEvent<SourceRecord>> batch,
      RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    var events = new ArrayList<PublishedEvent>(batch.size());
    var last = 0L;
    for (var change : batch) {
      var value = (Struct) change.record().value();
      // Anything else is a heartbeat, which only moves the slot on.
      if (value.schema().field("after") != null) {
        events.add(table.event(columns(inserted(value))));
        last = value.getStruct("source").getInt64("lsn");
      }
    }
    writer.write(events);
    meters.streamed(events.size(), last);
    for (var change : batch) {
      committer.markProcessed(change);
    }
    committer.markBatchFinished();
  }

  private static Struct inserted(Struct value) {
    var operation = value.getString("op");
    if (!"c".equals(operation)) {
      throw new IllegalStateException(
          "events are only ever inserted, but the log has the operation " + operation);
    }
    return value.getStruct("after");
  }

  private static Columns columns(Struct row) {
    return column -> {
      var value = row.get(column);
      if (value == null) {
        return null;
      }
      // xid8, which Debezium does not know, comes as the bytes of its text.
      return value instanceof ByteBuffer bytes
          ? StandardCharsets.UTF_8.decode(bytes.duplicate()).toString()
          : value.toString();
    };
  }

  private static Properties settings(
      EventTable table, HostSpec server, DatabaseProperties database, ConnectorProperties bounds) {
    var name = database.databaseOf(table);
    var settings = new Properties();
    settings.setProperty("name", table.topic());
    settings.setProperty("connector.class", PostgresConnector.class.getName());
    settings.setProperty("offset.storage", MemoryOffsetBackingStore.class.getName());
    settings.setProperty("topic.prefix", SourceDatabase.slotName(name));
    settings.setProperty("database.hostname", server.getHost());
    settings.setProperty("database.port", String.valueOf(server.getPort()));
    settings.setProperty("database.user", database.user());
    settings.setProperty("database.password", database.password());
    settings.setProperty("database.dbname", name);
    var ca = database.ca();
    if (ca != null) {
      settings.setProperty("database.sslmode", "verify-full");
      settings.setProperty("database.sslrootcert", ca.toString());
    }
    settings.setProperty("plugin.name", "pgoutput");
    settings.setProperty("slot.name", SourceDatabase.slotName(name));
    settings.setProperty("publication.name", "gatehouse_events");
    settings.setProperty("publication.autocreate.mode", "disabled");
    settings.setProperty("table.include.list", "public." + table.table());
    settings.setProperty("include.unknown.datatypes", "true");
    // The gap of a lost slot is read by Resync.
    settings.setProperty("snapshot.mode", "no_data");
    // The slot moves on when others write, too.
    settings.setProperty("lsn.flush.mode", "connector_and_driver");
    settings.setProperty("heartbeat.interval.ms", "500");
    settings.setProperty("status.update.interval.ms", "1000");
    settings.setProperty("poll.interval.ms", "20");
    settings.setProperty("max.batch.size", "2048");
    settings.setProperty("max.queue.size", "8192");
    settings.setProperty("max.queue.size.in.bytes", String.valueOf(bounds.queue().toBytes()));
    // Relay tries again.
    settings.setProperty("errors.max.retries", "0");
    settings.setProperty("slot.max.retries", "0");
    settings.setProperty("task.management.timeout.ms", "10000");
    return settings;
  }

  /** Waits a few seconds for what is under way; it would be sent again. */
  @Override
  public void close() {
    try {
      engine.close();
    } catch (IOException | IllegalStateException failed) {
      log.debug("{}: reading had ended already", table.topic(), failed);
    }
    thread.interrupt();
  }
}
