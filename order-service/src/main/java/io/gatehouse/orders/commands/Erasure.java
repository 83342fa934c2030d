package io.gatehouse.orders.commands;

import io.gatehouse.defaults.web.Preconditions;
import io.gatehouse.orders.commands.OrderCommands.Request;
import io.gatehouse.orders.domain.Caller;
import io.gatehouse.orders.domain.OrderCommand.Erase;
import io.gatehouse.orders.store.Actor;
import io.gatehouse.orders.store.Checkpoint;
import io.gatehouse.orders.store.Customers;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * What becomes of a deleted user's orders: the key is destroyed first, so nothing can be read or
 * ordered from then on; then each order gets its receipt, and open ones are cancelled, one order
 * per transaction with the checkpoint of the feed that told of it.
 */
@Component
public class Erasure {
  private static final int AT_ONCE = 200;
  private static final Preconditions ANY_VERSION =
      new Preconditions(HttpMethod.POST, Optional.empty(), Optional.empty());

  private final Customers customers;
  private final OrderCommands commands;

  Erasure(Customers customers, OrderCommands commands) {
    this.customers = customers;
    this.commands = commands;
  }

  /**
   * Erases the orders that the checkpoint has not yet passed, in order of their ids, and gives the
   * checkpoint at the last of them.
   */
  public Mono<Checkpoint> of(String customerId, Actor actor, Checkpoint from) {
    return customers
        .close(customerId)
        .thenReturn(from)
        .expand(
            done ->
                customers
                    .orders(customerId, done.stream(), AT_ONCE)
                    .filter(ids -> !ids.isEmpty())
                    .flatMap(ids -> eraseAll(ids, actor, done)))
        .last();
  }

  private Mono<Checkpoint> eraseAll(List<UUID> ids, Actor actor, Checkpoint from) {
    var done = Mono.just(from);
    for (var id : ids) {
      done = done.flatMap(before -> erase(id, actor, before));
    }
    return done;
  }

  private Mono<Checkpoint> erase(UUID id, Actor actor, Checkpoint before) {
    var request = new Request(new Caller(actor.subject(), true), actor, null, ANY_VERSION, before);
    return commands.change(id, new Erase(), request).thenReturn(before.within(id));
  }
}
