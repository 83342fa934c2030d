package io.gatehouse.orders;

import io.gatehouse.defaults.platform.Migrations;
import io.gatehouse.orders.store.WrappedKeys;
import io.gatehouse.testing.TestPostgres;
import io.gatehouse.testing.TestPostgres.Database;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;

/**
 * A database of orders as a year would have left them: events with their chain, streams, view and
 * customers, made by SQL in transactions of a thousand orders. Of five orders two are placed, one
 * each is paid, shipped and delivered, so that an order has 2.2 events; a customer has ten orders,
 * and a key. Addresses are left out.
 */
final class SizeData {
  private static final double EVENTS_PER_ORDER = 2.2;
  private static final int ORDERS_PER_CUSTOMER = 10;
  private static final int AT_ONCE = 1_000;
  private static final int CONNECTIONS = 4;
  private static final int KEYS_AT_ONCE = 20_000;

  /** In order of time: the ids, the positions, and the times of each order's events. */
  private static final String ORDERS =
      """
      with placed as materialized (
        select o.n, uuidv7((o.n - %2$d) * interval '1 year' / %2$d) as id, c.customer_id as customer,
          greatest(o.n %% 5, 1) as events, now() + (o.n - %2$d) * interval '1 year' / %2$d as at, pg_current_xact_id() as xid,
          '{"currency":"EUR","total":2460,"items":[["book-1","A book",2,1230]]}' as body
        from generate_series(%1$d, least(%1$d + %3$d, %2$d) - 1) o (n)
        join seeded c on c.n = (o.n::bigint * 7919) %% %4$d),
      numbered as materialized (
        select p.*, v.version, nextval('event_positions') as position, p.at + v.version * interval '1 millisecond' as event_at,
          (array['OrderPlaced', 'OrderPaid', 'OrderShipped', 'OrderDelivered'])[v.version] as type,
          (case v.version when 1 then 2 else 1 end)::smallint as schema,
          case v.version
            when 1 then '{"customerId":"' || customer || '","currency":"EUR","items":[["book-1","A book",2,1230]]}'
            when 2 then '{"method":"card"}' when 3 then '{"carrier":"DHL"}' else '{}' end as data
        from placed p cross join lateral generate_series(1, p.events) v (version) order by p.n, v.version),
      chained as materialized (
        with recursive chain as (
          select e.*, event_digest(''::bytea, id, version, position, xid, type, schema, event_at, customer, 'console', 'USER',
            'bench', 'bench', data) as hash from numbered e where version = 1
          union all
          select e.*, event_digest(c.hash, e.id, e.version, e.position, e.xid, e.type, e.schema, e.event_at, e.customer, 'console',
            'USER', 'bench', 'bench', e.data) from chain c join numbered e on e.id = c.id and e.version = c.version + 1)
        select * from chain),
      events_made as (
        insert into events (order_id, version, position, xid, type, schema, at, subject, client, role, request_id, causation, data, hash)
        select id, version, position, xid, type, schema, event_at, customer, 'console', 'USER', 'bench', 'bench', data, hash
        from chained order by position),
      streams_made as (
        insert into streams select id, customer, version, event_at, hash from chained where version = events order by n)
      insert into order_view
        select id, customer, (array['PLACED', 'PAID', 'SHIPPED', 'DELIVERED'])[events], events, at + interval '1 millisecond',
          event_at, body
        from chained where version = events order by n
      """;

  private SizeData() {}

  /** Makes it and has it analysed, so that nothing is left to do in the background. */
  static Database make(DurablePostgres server, String name, int events)
      throws SQLException, InterruptedException, ExecutionException {
    var at = server.database();
    var database = new Database(at.host(), at.port(), name, at.user(), at.password());
    try (var connection = server.connect();
        var statement = connection.createStatement()) {
      statement.execute("create database " + name);
      statement.execute(
          "create role %s login password '%s'"
              .formatted(database.runtimeUser(), TestPostgres.Database.RUNTIME_PASSWORD));
    }
    Migrations.migrate(
        Flyway.configure().dataSource(database.jdbcUrl(), database.user(), database.password()),
        database.runtimeUser(),
        Migrations.When.START);
    try (var connection = connect(database);
        var statement = connection.createStatement()) {
      var orders = (int) (events / EVENTS_PER_ORDER);
      var customers = Math.max(1, orders / ORDERS_PER_CUSTOMER);
      var masterKey = TestEnvironment.of(database).get("GATEHOUSE_DATA_ENCRYPTION_KEY");
      customers(connection, customers, new WrappedKeys(Base64.getDecoder().decode(masterKey)));
      orders(database, orders, customers);
      statement.execute("drop table seeded");
      statement.execute("vacuum (freeze, analyze)");
      statement.execute("checkpoint");
    }
    return database;
  }

  /** By several connections, as orders come in. */
  private static void orders(Database database, int orders, int customers)
      throws InterruptedException, ExecutionException {
    var next = new AtomicInteger();
    try (var threads = Executors.newFixedThreadPool(CONNECTIONS)) {
      var done =
          threads.invokeAll(
              Collections.nCopies(
                  CONNECTIONS,
                  () -> {
                    try (var connection = connect(database);
                        var statement = connection.createStatement()) {
                      for (var from = next.getAndAdd(AT_ONCE);
                          from < orders;
                          from = next.getAndAdd(AT_ONCE)) {
                        statement.execute(ORDERS.formatted(from, orders, AT_ONCE, customers));
                      }
                      return null;
                    }
                  }));
      for (var one : done) {
        one.get();
      }
    }
  }

  private static void customers(Connection connection, int customers, WrappedKeys keys)
      throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(
          "create unlogged table seeded as select n - 1 as n, gen_random_uuid()::text as customer_id from generate_series(1, %d) n"
              .formatted(customers));
      statement.execute("alter table seeded add primary key (n)");
      statement.execute("analyze seeded");
    }
    try (var insert =
        connection.prepareStatement(
            "insert into customers select c, decode(k, 'base64') from unnest(?, ?) u (c, k)")) {
      for (var from = 0; from < customers; from += KEYS_AT_ONCE) {
        var ids =
            texts(
                connection,
                "select customer_id from seeded where n >= %d and n < %d"
                    .formatted(from, from + KEYS_AT_ONCE));
        var wrapped = ids.stream().map(id -> Base64.getEncoder().encodeToString(keys.of(id)));
        insert.setArray(1, connection.createArrayOf("text", ids.toArray()));
        insert.setArray(2, connection.createArrayOf("text", wrapped.toArray()));
        insert.execute();
      }
    }
  }

  static Connection connect(Database database) throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }

  /** The first column of every row. */
  static List<String> texts(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var texts = new ArrayList<String>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    }
  }
}
