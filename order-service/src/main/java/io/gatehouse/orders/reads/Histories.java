package io.gatehouse.orders.reads;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.orders.domain.Caller;
import io.gatehouse.orders.store.EventStore;
import io.gatehouse.orders.store.History;
import io.gatehouse.store.Replicas;
import io.gatehouse.store.Rows;
import java.time.Instant;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Orders as they were. */
@Component
public class Histories {
  private final EventStore store;
  private final Replicas replicas;

  Histories(EventStore store, Replicas replicas) {
    this.store = store;
    this.replicas = replicas;
  }

  /** Completes when there is such an order and the caller may see it. */
  public Mono<Void> requireVisible(UUID orderId, Caller caller) {
    return replicas
        .queryOne(
            "select customer_id from streams where order_id = $1",
            statement -> statement.bind("$1", orderId),
            row -> Rows.text(row, "customer_id"))
        .switchIfEmpty(Mono.error(() -> ApiException.of(ErrorCode.NOT_FOUND)))
        .doOnNext(customer -> refuseUnlessVisible(customer, caller))
        .then();
  }

  /**
   * The order with all its events.
   *
   * @throws ApiException NOT_FOUND for no such order, FORBIDDEN for another's
   */
  public Mono<History> latest(UUID orderId, Caller caller) {
    return store.load(orderId, EventStore.MAX_VERSION).transform(found -> visible(found, caller));
  }

  /**
   * The order at this version.
   *
   * @throws ApiException NOT_FOUND for no such order or version, FORBIDDEN for another's
   */
  public Mono<History> at(UUID orderId, int version, Caller caller) {
    return store
        .loadFrom(replicas, orderId, version)
        .transform(found -> visible(found, caller))
        .filter(history -> version >= 1 && history.version() == version)
        .switchIfEmpty(Mono.error(() -> ApiException.of(ErrorCode.NOT_FOUND)));
  }

  /**
   * The order at this time, inclusive.
   *
   * @throws ApiException NOT_FOUND before it existed, VALIDATION_ERROR for the future
   */
  public Mono<History> asOf(UUID orderId, Instant time, Caller caller) {
    return store
        .loadAsOf(orderId, time)
        .transform(found -> visible(found, caller))
        .filter(history -> history.version() >= 1)
        .switchIfEmpty(Mono.error(() -> ApiException.of(ErrorCode.NOT_FOUND)));
  }

  private static Mono<History> visible(Mono<History> found, Caller caller) {
    return found
        .switchIfEmpty(Mono.error(() -> ApiException.of(ErrorCode.NOT_FOUND)))
        .doOnNext(history -> refuseUnlessVisible(history.customerId(), caller));
  }

  private static void refuseUnlessVisible(String customerId, Caller caller) {
    if (!caller.mayTouch(customerId)) {
      throw ApiException.of(ErrorCode.FORBIDDEN);
    }
  }
}
