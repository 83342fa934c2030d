package io.gatehouse.orders.store;

import io.gatehouse.store.Database;
import io.gatehouse.store.Rows;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What ends with a customer. */
@Component
public class Customers {
  private final Database database;
  private final CustomerKeys keys;

  Customers(Database database, CustomerKeys keys) {
    this.database = database;
    this.keys = keys;
  }

  /** Destroys the customer's key for good and lets nobody order in their name; repeatable. */
  public Mono<Void> close(String customerId) {
    return database
        .query(
            "select 1 from close_customer($1)",
            statement -> statement.bind("$1", customerId),
            _ -> customerId)
        .doOnNext(_ -> keys.forget(customerId))
        .then();
  }

  /** A page of the customer's orders, from the event store and not from a view. */
  public Mono<List<UUID>> orders(String customerId, UUID after, int limit) {
    return database.query(
        "select order_id from streams where customer_id = $1 and order_id > $2"
            + " order by order_id limit $3",
        statement -> statement.bind("$1", customerId).bind("$2", after).bind("$3", limit),
        row -> Rows.required(row, "order_id", UUID.class));
  }
}
