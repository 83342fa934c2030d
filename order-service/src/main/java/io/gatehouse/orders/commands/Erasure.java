package io.gatehouse.orders.commands;

import io.gatehouse.orders.commands.OrderCommands.Request;
import io.gatehouse.orders.domain.Caller;
import io.gatehouse.orders.domain.OrderCommand.Erase;
import io.gatehouse.orders.store.Actor;
import io.gatehouse.orders.store.Customers;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What becomes of a deleted user's orders: the key is destroyed first, so nothing can be read or
 * ordered from then on; then each order gets its receipt, and open ones are cancelled. Doing it
 * again does nothing.
 */
@Component
public class Erasure {
  private static final int AT_ONCE = 200;
  private static final UUID FIRST = new UUID(0, 0);

  private final Customers customers;
  private final OrderCommands commands;

  Erasure(Customers customers, OrderCommands commands) {
    this.customers = customers;
    this.commands = commands;
  }

  /** Completes when all of the customer's orders are done. */
  public Mono<Void> of(String customerId, Actor actor) {
    return customers.close(customerId).then(Mono.defer(() -> eraseOrders(customerId, actor)));
  }

  private Mono<Void> eraseOrders(String customerId, Actor actor) {
    return customers
        .orders(customerId, FIRST, AT_ONCE)
        .expand(
            ids ->
                ids.isEmpty() ? Mono.empty() : customers.orders(customerId, ids.getLast(), AT_ONCE))
        .concatMap(ids -> eraseAll(ids, actor), 1)
        .then();
  }

  private Mono<Void> eraseAll(List<UUID> ids, Actor actor) {
    var request = new Request(new Caller(actor.subject(), true), actor, null, null);
    return Flux.fromIterable(ids).concatMap(id -> commands.change(id, new Erase(), request)).then();
  }
}
