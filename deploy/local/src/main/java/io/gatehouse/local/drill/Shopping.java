package io.gatehouse.local.drill;

import io.gatehouse.local.drill.Ledger.Renaming;
import io.gatehouse.local.drill.OpenLoad.Call;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The load of a drill: customers who place, pay and read orders and change their names, at a fixed
 * rate, and a ledger of what they were told. Every order carries a mark of its own and every POST
 * an Idempotency-Key, so that a repeat is recognised, whoever makes it.
 */
public final class Shopping implements AutoCloseable {
  /**
   * A second, of one customer: with room below the limit of 50 for what a busy machine sends late.
   */
  private static final int RATE_OF_ONE = 20;

  /** So many are within a customer's burst. */
  private static final int REPEATED = 100;

  private static final JsonMapper JSON = new JsonMapper();

  private final URI url;
  private final int rate;
  private final OpenLoad load;
  private final Ledger ledger = new Ledger();
  private final String run = UUID.randomUUID().toString();
  private final AtomicInteger number = new AtomicInteger();
  private final List<Customer> customers = new ArrayList<>();
  private final Queue<String> payable = new ConcurrentLinkedQueue<>();
  private volatile @Nullable String latest;

  private Shopping(URI url, int rate) {
    this.url = url;
    this.rate = rate;
    this.load = new OpenLoad(url);
  }

  /**
   * Signs up as many customers as the limits ask for, and lets them begin.
   *
   * @param rate requests a second, of all together
   */
  public static Shopping begun(URI url, int rate) {
    var shopping = new Shopping(url, rate);
    for (var count = 0; count <= rate / RATE_OF_ONE; count++) {
      shopping.customers.add(Customer.signedUp(url));
    }
    shopping.begin();
    return shopping;
  }

  /** Of a hundred requests. */
  private void begin() {
    share(40, this::place);
    share(10, this::pay);
    share(5, this::rename);
    share(25, this::readOrder);
    share(7, () -> read("/api/orders?limit=10"));
    share(8, () -> read("/api/users/me"));
    share(5, () -> new Call(request("/.well-known/openid-configuration"), _ -> {}));
  }

  private void share(int ofAHundred, OpenLoad.Caller caller) {
    load.schedule(Duration.ofNanos(Math.round(100e9 / ofAHundred / rate)), caller);
  }

  private Call place() {
    var count = number.incrementAndGet();
    var sale = Sale.sent("DRILL-" + count, customer(count));
    ledger.send(sale);
    return placing(sale);
  }

  /** The same request whenever it is made. */
  private Call placing(Sale sale) {
    var body =
        """
        {"currency":"EUR","items":[{"sku":"%s","name":"Tea","quantity":2,"unitPrice":1230}]}"""
            .formatted(sale.mark());
    return new Call(
        post("/api/orders", sale.customer(), "place-" + sale.mark(), body),
        answer -> placed(sale.mark(), answer));
  }

  private void placed(String mark, String body) {
    ledger.note(mark, sale -> sale.placed(JSON.readTree(body).path("id").asString()));
    latest = mark;
    payable.add(mark);
  }

  private Call pay() {
    var mark = payable.poll();
    if (mark == null) {
      return place();
    }
    var sale = ledger.note(mark, Sale::paying);
    return new Call(
        post(
            "/api/orders/" + sale.id() + "/payment",
            sale.customer(),
            "pay-" + mark,
            """
            {"method":"card","reference":"%s"}"""
                .formatted(mark)),
        _ -> ledger.note(mark, Sale::paid));
  }

  private Call rename() {
    var count = number.incrementAndGet();
    var customer = customer(count);
    var name = "Drill " + count;
    var body = "{\"email\":\"%s\",\"name\":\"%s\"}".formatted(customer.email(), name);
    return new Call(
        request("/api/users/" + customer.id(), customer)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(body)),
        answer -> ledger.renamed(new Renaming(customer, version(JSON.readTree(answer)), name)));
  }

  private Call readOrder() {
    var mark = latest;
    if (mark == null) {
      return read("/api/orders?limit=1");
    }
    var known = ledger.sale(mark);
    return new Call(
        request("/api/orders/" + known.id(), known.customer()), body -> compare(known, body));
  }

  private void compare(Sale known, String body) {
    var version = version(JSON.readTree(body));
    if (version < known.acknowledged()) {
      ledger.staleRead(
          "order %s was read at version %d after version %d had been acknowledged"
              .formatted(known.id(), version, known.acknowledged()));
    }
  }

  private static int version(JsonNode json) {
    return json.path("version").asInt();
  }

  private Call read(String path) {
    return new Call(request(path, customer(number.incrementAndGet())), _ -> {});
  }

  private HttpRequest.Builder post(String path, Customer customer, String key, String body) {
    return request(path, customer)
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", run + "-" + key)
        .POST(BodyPublishers.ofString(body));
  }

  private HttpRequest.Builder request(String path, Customer customer) {
    return request(path).header("Authorization", "Bearer " + customer.token());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(url.resolve(path));
  }

  private Customer customer(int turn) {
    return customers.get(turn % customers.size());
  }

  OpenLoad load() {
    return load;
  }

  /** Whether two seconds' requests in a row came to be served within so much time. */
  boolean settles(Duration limit) {
    return load.settles(2 * rate, limit);
  }

  int customers() {
    return customers.size();
  }

  /** How many writes were acknowledged so far. */
  public int acknowledged() {
    return ledger.acknowledged();
  }

  /** Sends nothing more and waits for the last answers. */
  public void stop() {
    load.stop();
  }

  /**
   * Asks again for orders that were not acknowledged, under their keys, as clients do: those that
   * are there all the same are given back, and none may come twice.
   *
   * @return how many were asked for
   */
  int repeatUnacknowledged() {
    var unacknowledged =
        ledger.sales().stream().filter(sale -> sale.acknowledged() == 0).limit(REPEATED).toList();
    unacknowledged.forEach(sale -> load.once(placing(sale)));
    return unacknowledged.size();
  }

  /** Compares what was acknowledged with what is there. */
  public Findings findings() {
    return new Checker(url, ledger, customers).findings();
  }

  @Override
  public void close() {
    load.close();
  }
}
