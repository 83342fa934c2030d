package io.gatehouse.local.drill;

import io.gatehouse.local.drill.Ledger.Renaming;
import io.gatehouse.local.journey.JourneyFailed;
import io.gatehouse.local.journey.PublicApi;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Compares a ledger with what the platform shows afterwards. An acknowledged order is there once,
 * as acknowledged; one that was not is there once at most; no version is there that nobody asked
 * for; a customer has the name that was acknowledged last.
 */
final class Checker {
  /** For what was sent and not answered, and for a cache that is still being repaired. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /** A circuit breaker that opened late stays open for a minute. */
  private static final Duration TO_BE_READABLE = Duration.ofSeconds(75);

  private static final String ORDERS = "/api/orders?limit=100";

  private final PublicApi api;
  private final URI url;
  private final Ledger ledger;
  private final List<Customer> customers;

  Checker(URI url, Ledger ledger, List<Customer> customers) {
    this.api = new PublicApi(url);
    this.url = url;
    this.ledger = ledger;
    this.customers = customers;
  }

  /**
   * Looks until nothing is missing, for some seconds at most.
   *
   * @throws JourneyFailed when the platform does not let itself be looked at
   */
  Findings findings() {
    Patience.until(TO_BE_READABLE, this::isReadable);
    var signedIn = customers.stream().map(customer -> customer.signedInAgain(url)).toList();
    var found = new Findings[] {Findings.NONE};
    Patience.until(
        PATIENCE,
        () -> {
          found[0] = look(signedIn);
          return found[0].lost() == 0;
        });
    return found[0].and(new Findings(ledger.staleReads(), List.of()));
  }

  private Findings look(List<Customer> signedIn) {
    Map<String, List<JsonNode>> orders = new HashMap<>();
    var found = Findings.NONE;
    for (var customer : signedIn) {
      ordersOf(customer, orders);
      found = found.and(new Findings(renamings(customer), List.of()));
    }
    for (var sale : ledger.sales()) {
      found = found.and(compare(sale, orders.getOrDefault(sale.mark(), List.of())));
    }
    return found;
  }

  /** Adds all orders of a customer, by mark. */
  private void ordersOf(Customer customer, Map<String, List<JsonNode>> orders) {
    for (var page = ORDERS; !page.isEmpty(); ) {
      var json = read(page, customer);
      for (var order : json.path("items")) {
        orders
            .computeIfAbsent(order.at("/items/0/sku").asString(), _ -> new ArrayList<>())
            .add(order);
      }
      var next = json.path("next").asString("");
      page = next.isEmpty() ? "" : ORDERS + "&cursor=" + next;
    }
  }

  private static Findings compare(Sale sale, List<JsonNode> there) {
    var losses = new ArrayList<String>();
    var doubles = new ArrayList<String>();
    for (var more = 1; more < there.size(); more++) {
      doubles.add(
          "%s was asked for once and is there as order %s, too"
              .formatted(sale.mark(), there.get(more).path("id").asString()));
    }
    var order = there.stream().filter(one -> isAsAcknowledged(sale, one)).findFirst();
    if (sale.acknowledged() > 0 && order.isEmpty()) {
      losses.add(
          "order %s (%s) was acknowledged as %s, version %d; there is %s"
              .formatted(
                  sale.id(),
                  sale.mark(),
                  Sale.status(sale.acknowledged()),
                  sale.acknowledged(),
                  there.isEmpty() ? "none" : there.stream().map(Checker::told).toList()));
    }
    there.stream()
        .filter(one -> version(one) > sale.sent())
        .forEach(
            one ->
                doubles.add(
                    "%s was brought to version %d at most and is %s"
                        .formatted(sale.mark(), sale.sent(), told(one))));
    return new Findings(losses, doubles);
  }

  private static boolean isAsAcknowledged(Sale sale, JsonNode order) {
    return order.path("id").asString().equals(sale.id())
        && version(order) >= sale.acknowledged()
        && (version(order) > Sale.PAID
            || order.path("status").asString().equals(Sale.status(version(order))));
  }

  private static String told(JsonNode order) {
    return "order %s, %s, version %d"
        .formatted(order.path("id").asString(), order.path("status").asString(), version(order));
  }

  private static int version(JsonNode json) {
    return json.path("version").asInt();
  }

  /**
   * Two changes with one version are one change too few; a later one that got no answer is fine.
   */
  private List<String> renamings(Customer customer) {
    var own =
        ledger.renamings().stream()
            .filter(one -> one.customer().id().equals(customer.id()))
            .toList();
    var losses = new ArrayList<String>();
    var versions = new HashSet<Integer>();
    own.stream()
        .filter(one -> !versions.add(one.version()))
        .forEach(one -> losses.add("%s got a version of another change".formatted(told(one))));
    own.stream()
        .max(Comparator.comparingInt(Renaming::version))
        .filter(one -> !isThere(one, read("/api/users/" + customer.id(), customer)))
        .ifPresent(one -> losses.add("%s is not there".formatted(told(one))));
    return losses;
  }

  private static boolean isThere(Renaming renaming, JsonNode user) {
    return version(user) > renaming.version()
        || (version(user) == renaming.version()
            && user.path("name").asString().equals(renaming.name()));
  }

  private static String told(Renaming renaming) {
    return "the name \"%s\" of user %s, acknowledged as version %d,"
        .formatted(renaming.name(), renaming.customer().id(), renaming.version());
  }

  private boolean isReadable() {
    var customer = customers.getFirst();
    try {
      return Stream.of(ORDERS, "/api/users/" + customer.id())
          .allMatch(path -> api.get(path, customer.token()).status() == 200);
    } catch (JourneyFailed noAnswer) {
      return false;
    }
  }

  private JsonNode read(String path, Customer customer) {
    var answer = api.get(path, customer.token());
    if (answer.status() != 200) {
      throw new JourneyFailed("GET %s: %s".formatted(path, answer.summary()));
    }
    return answer.json();
  }
}
