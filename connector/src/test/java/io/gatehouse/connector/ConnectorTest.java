package io.gatehouse.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gatehouse.connector.EventTable.Gap;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

class ConnectorTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Path USERS_GOLDEN = Path.of("../user-service/src/test/resources/golden");
  private static final Path ORDERS_GOLDEN = Path.of("../order-service/src/test/resources/golden");
  private static final Path OBSERVABILITY = Path.of("../deploy/observability");
  private static final Pattern METRIC = Pattern.compile("gatehouse_connector_[a-z_]+");

  @TempDir private static Path folder;
  private static Source source;
  private static Broker broker;
  private static ConfigurableApplicationContext connector;

  @BeforeAll
  static void start() throws Exception {
    source = Source.start(folder.resolve("postgres"));
    // Leaves the golden event's position free.
    source.execute("users", "alter table user_events alter position restart with 1000");
    // Before there is a slot.
    source.changeUser(newId(), 1);
    source.appendToOrder(newId(), 1, "OrderPlaced", 2, "{}");
    broker = Broker.start(folder.resolve("kafka"));
    connector = connector();
  }

  @AfterAll
  static void stop() throws Exception {
    connector.close();
    broker.close();
    source.close();
  }

  private static ConfigurableApplicationContext connector() {
    return new SpringApplicationBuilder(ConnectorApplication.class)
        .run(
            "--management.server.port=0",
            "--gatehouse.db.port=" + source.port(),
            "--gatehouse.db.password=" + Source.PASSWORD,
            "--gatehouse.kafka.bootstrap=" + broker.bootstrap(),
            "--gatehouse.connector.queue=4MB",
            "--gatehouse.connector.retry=200ms");
  }

  @Test
  void topic_isTheTable_inOrderByKey_whateverElseIsOpen() throws SQLException {
    try (var open = source.connect("orders")) {
      open.setAutoCommit(false);
      // Has written, and does not end.
      Source.appendToOrder(open, newId(), 1, "OrderPlaced", 2, "{}");
      var user = newId();
      var order = newId();
      source.appendToOrder(order, 1, "OrderPlaced", 2, "{}");
      for (var version = 2; version <= 20; version++) {
        source.changeUser(user, version);
        source.appendToOrder(order, version, "ItemsChanged", 1, "{}");
      }
      awaitTopicsToBeTheTables();
      open.commit();
    }
    awaitTopicsToBeTheTables();
  }

  @Test
  void value_isThePublishedForm_andHeadersTellTheRest() throws Exception {
    source.execute(
        "users",
        """
        insert into user_events (position, transaction_id, type, user_id, version, at, request_id)
        overriding system value
        values (12, '745', 'UserRegistered', '0199aabb-ccdd-7eee-8fff-001122334455', 1, '2026-11-22T10:00:00.000001Z', 'request')
        """);
    var user = awaitLast("gatehouse.users", "0199aabb-ccdd-7eee-8fff-001122334455");
    assertThat(user.value()).isEqualTo(compact(USERS_GOLDEN.resolve("user-registered.json")));
    assertThat(user.timestamp()).isEqualTo(1795341600000L);
    assertThat(user.headers())
        .extracting(header -> header.key() + "=" + new String(header.value()))
        .containsExactly(
            "type=UserRegistered",
            "schema=1",
            "version=1",
            "position=745.12",
            "at=2026-11-22T10:00:00.000001Z",
            "requestId=request");

    try (var files = Files.list(ORDERS_GOLDEN)) {
      for (var file : files.toList()) {
        var form = file.getFileName().toString().split("\\.", -1);
        var id = newId();
        source.appendToOrder(
            id, 1, form[0], Integer.parseInt(form[1]), Files.readString(file).strip());
        var order = awaitLast("gatehouse.orders", id);
        assertThat(order.value()).isEqualTo(Files.readString(file).strip());
        assertThat(Topic.header(order, "type") + "." + Topic.header(order, "schema"))
            .isEqualTo(form[0] + "." + form[1]);
        assertThat(Topic.header(order, "requestId")).isEqualTo("request-of-ada");
        assertThat(order.toString()).doesNotContain("subject-of-ada").doesNotContain("client-of");
      }
    }
  }

  @Test
  void role_readsEventsAndNothingElse() {
    assertThatThrownBy(() -> asConnector("users", "select * from credentials"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> asConnector("users", "select * from users"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> asConnector("orders", "select subject from events"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> asConnector("orders", "select * from customers"))
        .hasMessageContaining("permission denied");
    assertThatThrownBy(() -> asConnector("orders", "delete from events"))
        .hasMessageContaining("permission denied");
  }

  @Test
  void metricOfADashboardOrAlert_isExposed_always() throws IOException {
    var asked = new TreeSet<String>();
    for (var file : List.of("prometheus/alerts.yml", "grafana/dashboards")) {
      try (var files = Files.walk(OBSERVABILITY.resolve(file))) {
        for (var path : files.filter(Files::isRegularFile).toList()) {
          METRIC.matcher(Files.readString(path)).results().forEach(m -> asked.add(m.group()));
        }
      }
    }
    assertThat(asked).hasSizeGreaterThanOrEqualTo(2);

    assertThat(connector.getBean(PrometheusMeterRegistry.class).scrape().lines())
        .filteredOn(line -> !line.startsWith("#"))
        .extracting(line -> line.split("[{ ]", 2)[0])
        .containsAll(asked);
  }

  @Test
  void pageOfAResync_hasNoMoreBytesThanItsLastEventBrings() throws SQLException {
    var order = newId();
    source.appendTwelveMegabytes(order);
    var found = new ArrayList<Long>();
    try (var database = source.open(EventTable.ORDERS)) {
      for (var page = database.page(Gap.since("0"));
          !page.events().isEmpty();
          page = database.page(page.rest())) {
        var before = page.events().subList(0, page.events().size() - 1);
        assertThat(before.stream().mapToInt(event -> event.value().length()).sum())
            .isLessThan(SourceDatabase.PAGE_BYTES);
        page.events().stream()
            .filter(event -> event.key().equals(order))
            .forEach(event -> found.add(event.version()));
      }
    }
    assertThat(found).containsExactlyElementsOf(LongStream.rangeClosed(1, 12).boxed().toList());
  }

  @Test
  void reading_pauses_whileTheBrokersAreAway() throws Exception {
    var streaming =
        new ObjectName(
            "debezium.postgres:type=connector-metrics,context=streaming,server=gatehouse_orders");
    var beans = ManagementFactory.getPlatformMBeanServer();
    await().atMost(PATIENCE).until(() -> beans.isRegistered(streaming));
    awaitTopicsToBeTheTables();
    broker.pause();
    try {
      source.appendTwelveMegabytes(newId());
      await()
          .atMost(PATIENCE)
          .during(Duration.ofSeconds(2))
          .untilAsserted(
              () ->
                  assertThat((Long) beans.getAttribute(streaming, "CurrentQueueSizeInBytes"))
                      .isBetween(4_000_000L, 7_000_000L));
    } finally {
      broker.resume();
    }
    awaitTopicsToBeTheTables();
  }

  @Test
  void slotThatWasLost_leavesNoGap() throws SQLException {
    var order = newId();
    source.appendToOrder(order, 1, "OrderPlaced", 2, "{}");
    awaitTopicsToBeTheTables();
    connector.close();
    source.appendToOrder(order, 2, "ItemsChanged", 1, "{}");
    source.changeUser(newId(), 1);
    source.forgetLog();
    assertThat(source.query("postgres", "select wal_status from pg_replication_slots"))
        .containsExactly("lost", "lost");

    connector = connector();
    source.appendToOrder(order, 3, "OrderPaid", 1, "{}");
    awaitTopicsToBeTheTables();
    for (var table : EventTable.values()) {
      assertThat(
              connector
                  .getBean(MeterRegistry.class)
                  .get("gatehouse.connector.resyncs")
                  .tags("topic", table.topic(), "reason", "lost")
                  .counter()
                  .count())
          .isEqualTo(1);
    }
  }

  @Test
  void secondInstance_standsBy_andTakesOver() throws SQLException {
    try (var second = connector()) {
      var relays = second.getBean(Relays.class);
      await()
          .atMost(PATIENCE)
          .until(() -> relays.health().getDetails().toString().contains("STANDBY"));
      var first = connector.getBean(Relays.class);
      connector.close();
      assertThat(first.health().getStatus()).isEqualTo(Status.DOWN);
      source.changeUser(newId(), 1);
      awaitTopicsToBeTheTables();
      await()
          .atMost(PATIENCE)
          .until(() -> !relays.health().getDetails().toString().contains("STANDBY"));
    }
    connector = connector();
  }

  private static void asConnector(String database, String sql) throws SQLException {
    try (var connection =
            DriverManager.getConnection(source.url(database), "connector", Source.PASSWORD);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void awaitTopicsToBeTheTables() throws SQLException {
    for (var table : EventTable.values()) {
      var stored = source.stored(table);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(new Topic(broker.bootstrap(), table.topic()).withoutRepeats())
                      .isEqualTo(stored));
    }
  }

  private static ConsumerRecord<String, String> awaitLast(String topic, String key) {
    return await()
        .atMost(PATIENCE)
        .until(
            () ->
                new Topic(broker.bootstrap(), topic)
                    .read().stream().filter(record -> record.key().equals(key)).toList(),
            found -> !found.isEmpty())
        .getLast();
  }

  private static String compact(Path json) throws IOException {
    return Files.readString(json).replaceAll("\\s+", "");
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }
}
