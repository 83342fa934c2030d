package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.defaults.platform.Polling;
import io.gatehouse.defaults.tokens.SigningKeys;
import io.gatehouse.orders.reads.ViewRebuild;
import io.gatehouse.store.Database;
import io.gatehouse.store.Rows;
import io.gatehouse.testing.TestPostgres;
import io.gatehouse.testing.TestTokens;
import java.net.URI;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.core.publisher.Mono;

/**
 * No statement of this service reads a whole table, the ones inside its functions and of its
 * housekeeping included: PostgreSQL counts its sequential scans. Each is run often enough for the
 * plan that is kept.
 */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    // One connection, so that it can be told to publish what it has counted.
    properties = "gatehouse.db.connections=1")
@Import(StatementsTest.Issuer.class)
@DirtiesContext
class StatementsTest {
  private static final TestPostgres.Database DATABASE = TestPostgres.newDatabase();
  private static final Neighbours NEIGHBOURS = new Neighbours(new TestTokens());
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** PostgreSQL keeps a plan from the sixth run on. */
  private static final int RUNS = 7;

  private static final String SCANS =
      """
      select coalesce(string_agg(relname || ' ' || seq_scan, ', ' order by relname), '') as scans
      from pg_stat_user_tables
      where relname in ('events', 'streams', 'order_view', 'idempotency', 'customers')
      """;

  @Autowired TestTokens tokens;
  @Autowired Database database;
  @Autowired ViewRebuild rebuild;

  @Autowired
  @Qualifier("answerPurge")
  Polling purge;

  @LocalServerPort int port;

  @TestConfiguration(proxyBeanMethods = false)
  static class Issuer {
    @Bean
    TestTokens testTokens() {
      return new TestTokens();
    }

    @Bean
    SigningKeys signingKeys(TestTokens tokens) {
      var keys = new SigningKeys(Mono.just(tokens.jwks()), Clock.systemUTC());
      keys.refresh().block();
      return keys;
    }
  }

  @DynamicPropertySource
  static void environment(DynamicPropertyRegistry registry) {
    TestEnvironment.of(DATABASE).forEach((name, value) -> registry.add(name, () -> value));
    NEIGHBOURS.environment().forEach((name, value) -> registry.add(name, () -> value));
  }

  @AfterAll
  static void stop() {
    NEIGHBOURS.close();
  }

  /** 20 000 orders of as many customers, and as many idempotent answers, half of them old. */
  @BeforeEach
  void seed() throws SQLException {
    try (var connection =
            DriverManager.getConnection(DATABASE.jdbcUrl(), DATABASE.user(), DATABASE.password());
        var statement = connection.createStatement()) {
      statement.execute(
          """
          create temp table seed as
            select gen_random_uuid() as id, gen_random_uuid()::text as customer, n from generate_series(1, 20000) n;
          insert into customers select customer, null, null from seed;
          insert into streams select id, customer, 1, now(), ''::bytea from seed;
          insert into events select id, 1, nextval('event_positions'), '3'::xid8, 'OrderPlaced', 2, now(), customer, 'c',
            'USER', 'r', 'c', '{"customerId":"' || customer || '","currency":"EUR","items":[["s","n",1,1]]}', ''::bytea
            from seed;
          insert into order_view select id, customer, 'PLACED', 1, now(), now(),
            '{"currency":"EUR","total":1,"items":[["s","n",1,1]]}' from seed;
          insert into idempotency select customer, n::text, 'f', 201, array[id], array[1],
            now() - interval '2 days' + (n / 10000) * interval '47 hours' + n * interval '1 millisecond' from seed
          """);
      statement.execute("vacuum analyze");
    }
  }

  @Test
  void statement_readsNoTableAsAWhole_howeverManyOrdersThereAre() {
    var found = new LinkedHashMap<String, String>();
    for (var statement : statements().entrySet()) {
      var before = scans();
      for (var run = 0; run < runs(statement.getKey()); run++) {
        statement.getValue().run();
      }
      var after = scans();
      if (!looked(statement.getKey(), after).equals(looked(statement.getKey(), before))) {
        found.put(statement.getKey(), "before: " + before + " after: " + after);
      }
    }

    assertThat(found).isEmpty();
    assertThat(scans()).as("what is looked at").contains("events", "idempotency");
  }

  /** Going through all of the view runs each of its statements forty times. */
  private static int runs(String statement) {
    return statement.endsWith("the view") ? 1 : RUNS;
  }

  /** Check and rebuild go through all rows of the view, page by page, as is their purpose. */
  private static String looked(String statement, String scans) {
    return statement.endsWith("the view") ? scans.replaceAll("order_view [0-9]+", "") : scans;
  }

  private Map<String, Runnable> statements() {
    var adaId = UUID.randomUUID().toString();
    var ada = api(tokens.user(adaId));
    var service = api(tokens.service("demo-service"));
    var order = "/api/orders/" + ada.place();
    var page = service.get("/api/orders?limit=1").expect(200).json();
    var at = ada.get(order).json().get("placedAt").asString();
    var items = "{\"items\":[{\"sku\":\"a\",\"name\":\"b\",\"quantity\":1,\"unitPrice\":1}]}";
    var all = new LinkedHashMap<String, Runnable>();
    all.put("place", ada::place);
    all.put(
        "place with a key, and again",
        () -> {
          var key = UUID.randomUUID().toString();
          ada.post("/api/orders", Api.ORDER, "Idempotency-Key", key).expect(201);
          ada.post("/api/orders", Api.ORDER, "Idempotency-Key", key).expect(201);
        });
    all.put(
        "batch",
        () -> ada.post("/api/orders/batch", "{\"orders\":[" + Api.ORDER + "]}").expect(201));
    all.put("change", () -> ada.put(order + "/items", items).expect(200));
    all.put(
        "pay with a key",
        () ->
            ada.post(
                    "/api/orders/" + ada.place() + "/payment",
                    Api.PAYMENT,
                    "Idempotency-Key",
                    UUID.randomUUID().toString())
                .expect(200));
    all.put("read", () -> ada.get(order).expect(200));
    all.put("read a version", () -> ada.get(order + "?version=1").expect(200));
    all.put("read as of", () -> ada.get(order + "?asOf=" + at).expect(200));
    all.put("trail", () -> ada.get(order + "/events?limit=2").expect(200));
    all.put("diff", () -> ada.get(order + "/diff?from=1&to=2").expect(200));
    all.put("verify", () -> ada.get(order + "/verification").expect(200));
    all.put("list", () -> ada.get("/api/orders").expect(200));
    all.put("list of all", () -> service.get("/api/orders").expect(200));
    all.put("list of a status", () -> service.get("/api/orders?status=PAID").expect(200));
    all.put(
        "list further on",
        () -> service.get("/api/orders?cursor=" + page.get("next").asString()).expect(200));
    all.put(
        "newest of each",
        () -> service.get("/api/orders?limitPer=2&customerId=a," + adaId).expect(200));
    all.put("feed", () -> service.get("/feed?limit=10").expect(200));
    all.put("feed at its end", () -> service.get("/feed?after=" + last(service)).expect(200));
    all.put("delete a customer", this::deleteACustomer);
    all.put("purge", this::purge);
    all.put("check the view", () -> rebuild.check().block(LIMIT));
    all.put("rebuild the view", () -> rebuild.rebuild().block(LIMIT));
    return all;
  }

  private static String last(Api service) {
    return service.get("/feed?limit=1").expect(200).json().get("next").asString();
  }

  private void deleteACustomer() {
    var id = UUID.randomUUID().toString();
    var order = api(tokens.user(id)).place();
    NEIGHBOURS.publish("UserDeleted", id);
    var admin = api(tokens.admin(UUID.randomUUID().toString()));
    await()
        .atMost(LIMIT)
        .until(
            () ->
                admin
                    .get("/api/orders/" + order)
                    .json()
                    .get("status")
                    .asString()
                    .equals("CANCELLED"));
  }

  /** It begins with a round. */
  private void purge() {
    purge.stop();
    purge.start();
    await()
        .atMost(LIMIT)
        .until(
            () ->
                value(
                        "select coalesce((select created_at < now() - interval '1 day'"
                            + " from idempotency order by created_at limit 1), false)::text as scans")
                    .equals("false"));
  }

  private Api api(String token) {
    return new Api(URI.create("http://localhost:" + port), token);
  }

  private String scans() {
    value("select '' as scans from pg_stat_force_next_flush()");
    return value(SCANS);
  }

  private String value(String sql) {
    return database
        .queryOne(sql, _ -> {}, row -> Rows.text(row, "scans"))
        .blockOptional(LIMIT)
        .orElse("");
  }
}
