package io.gatehouse.orders;

import io.gatehouse.orders.BenchLoads.Server;
import io.gatehouse.testing.TestPostgres.Database;
import io.gatehouse.testing.TestTokens;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * One of the two services of {@code bench/size}, and requests for what is in its database: orders,
 * customers and positions from all over it, as likely old as new.
 *
 * @param reads by what they are
 * @param payable orders that nobody has paid yet
 * @param token of a service, which may do everything
 */
record SizeSide(
    Server server, Map<String, Supplier<byte[]>> reads, Queue<String> payable, String token) {
  private static final int SAMPLE = 20_000;
  private static final int CUSTOMERS = 200;

  private record Place(String id, String at) {}

  static SizeSide of(Database database, ServiceProcess service, TestTokens tokens)
      throws SQLException {
    var token = tokens.service("demo-service");
    try (var connection = SizeData.connect(database)) {
      var some =
          shuffled(
              SizeData.texts(
                  connection,
                  """
                  select order_id || ' ' || to_char(placed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
                  from order_view tablesample bernoulli (least(100, 100.0 * %d / (select count(*) from order_view)))
                  """
                      .formatted(SAMPLE)));
      var orders = some.stream().map(text -> new Place(text.substring(0, 36), text.substring(37)));
      var payable =
          shuffled(
              SizeData.texts(
                  connection,
                  """
                  select order_id from order_view where status = 'PLACED'
                  and random() < 10000.0 / (select count(*) from order_view)
                  """));
      var owners =
          shuffled(SizeData.texts(connection, "select customer_id from customers")).stream()
              .limit(CUSTOMERS)
              .map(tokens::user)
              .toList();
      var positions =
          SizeData.texts(
              connection,
              """
              select xid || '.' || position from events
              tablesample bernoulli (least(100, 100.0 * %d / (select count(*) from events)))
              """
                  .formatted(SAMPLE));
      var nearTheEnd =
          SizeData.texts(
                  connection,
                  "select xid || '.' || position from events order by events.xid desc, position desc offset 20 limit 1")
              .getFirst();
      return new SizeSide(
          new Server(database.name(), service.port(), service::cpu),
          reads(orders.toList(), owners, positions, nearTheEnd, token),
          new ConcurrentLinkedQueue<>(payable),
          token);
    }
  }

  private static Map<String, Supplier<byte[]>> reads(
      List<Place> orders,
      List<String> owners,
      List<String> positions,
      String nearTheEnd,
      String token) {
    var reads = new LinkedHashMap<String, Supplier<byte[]>>();
    reads.put("read an order", () -> get("/" + any(orders).id(), token));
    reads.put("?version=1", () -> get("/" + any(orders).id() + "?version=1", token));
    reads.put(
        "?asOf=",
        () -> {
          var order = any(orders);
          return get("/" + order.id() + "?asOf=" + order.at(), token);
        });
    reads.put("page of its trail", () -> get("/" + any(orders).id() + "/events", token));
    reads.put("a customer's list", () -> get("", any(owners)));
    reads.put("list of all, first page", () -> get("", token));
    reads.put("list of a status", () -> get("?status=PAID", token));
    reads.put(
        "list of all, anywhere",
        () -> get("?cursor=" + Params.cursor(UUID.fromString(any(orders).id())), token));
    var feed = "/feed?limit=20&after=";
    reads.put("feed near its end", () -> RawClient.request("GET", feed + nearTheEnd, token, ""));
    reads.put("feed anywhere", () -> RawClient.request("GET", feed + any(positions), token, ""));
    return reads;
  }

  /** Payments of orders that were placed long ago, each once. */
  List<byte[]> payments(int count) {
    var payments = new ArrayList<byte[]>();
    for (var id = payable.poll(); id != null && payments.size() < count; id = payable.poll()) {
      payments.add(BenchLoads.keyed("/api/orders/" + id + "/payment", token, Api.PAYMENT));
    }
    return payments;
  }

  private static byte[] get(String path, String token) {
    return RawClient.request("GET", "/api/orders" + path, token, "");
  }

  private static <T> T any(List<T> all) {
    return all.get(ThreadLocalRandom.current().nextInt(all.size()));
  }

  private static List<String> shuffled(List<String> texts) {
    Collections.shuffle(texts, new Random(1));
    return texts;
  }
}
