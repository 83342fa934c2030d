package io.gatehouse.orders.commands;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.Preconditions;
import io.gatehouse.orders.domain.Caller;
import io.gatehouse.orders.domain.Decision.Accepted;
import io.gatehouse.orders.domain.Decision.Refused;
import io.gatehouse.orders.domain.Order;
import io.gatehouse.orders.domain.OrderCommand;
import io.gatehouse.orders.domain.OrderCommand.Erase;
import io.gatehouse.orders.domain.OrderCommand.Place;
import io.gatehouse.orders.domain.OrderEvent;
import io.gatehouse.orders.domain.Refusal;
import io.gatehouse.orders.store.Actor;
import io.gatehouse.orders.store.Appended;
import io.gatehouse.orders.store.Change;
import io.gatehouse.orders.store.Checkpoint;
import io.gatehouse.orders.store.CustomerKey;
import io.gatehouse.orders.store.CustomerKeys;
import io.gatehouse.orders.store.EventStore;
import io.gatehouse.orders.store.History;
import io.gatehouse.orders.store.OrderState;
import io.gatehouse.orders.store.RequestKey;
import io.gatehouse.orders.store.RequestKey.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Writes: load, decide, append. A command decides from events alone, never from a view. Every
 * effect is one statement that either happens or does not, whatever becomes of the caller.
 */
@Component
public class OrderCommands {
  private static final int ATTEMPTS = 12;
  private static final TimeBasedEpochGenerator IDS = Generators.timeBasedEpochGenerator();

  private final EventStore store;
  private final CustomerKeys keys;

  OrderCommands(EventStore store, CustomerKeys keys) {
    this.store = store;
    this.keys = keys;
  }

  /**
   * What a command came to.
   *
   * @param replayed an earlier success of the same request, told again
   */
  public record Result(List<OrderState> orders, boolean replayed) {}

  /**
   * Everything about a request but its command.
   *
   * @param conditions on the version that the order is at
   * @param following the checkpoint that moves with the effect, when a feed brought it about
   */
  public record Request(
      Caller caller,
      Actor actor,
      @Nullable RequestKey key,
      Preconditions conditions,
      @Nullable Checkpoint following) {

    /** True when the caller named the versions it would change, and another race is pointless. */
    boolean namesAVersion() {
      return conditions.ifMatch().filter(tags -> !tags.any()).isPresent();
    }
  }

  /**
   * Places all the orders or none.
   *
   * @throws ApiException VERSION_MISMATCH when a condition names a version: there is none yet
   */
  public Mono<Result> place(List<Place> orders, Request request) {
    request.conditions().check(null);
    return customerKeys(orders)
        .flatMap(
            customerKeys -> {
              var changes = newOrders(orders, customerKeys);
              var placed =
                  changes.size() == 1
                      ? store.place(changes.getFirst(), request.actor(), request.key())
                      : store.append(changes, request.actor(), request.key(), 201);
              return placed
                  .flatMap(appended -> answer(appended, changes, null, request))
                  .switchIfEmpty(conflict());
            })
        .switchIfEmpty(Mono.defer(() -> refuseOrReplay(request)));
  }

  /** Empty when one of the customers is gone. */
  private Mono<Map<String, CustomerKey>> customerKeys(List<Place> orders) {
    var customers = orders.stream().map(Place::customerId).distinct().toList();
    return Flux.fromIterable(customers)
        .concatMap(customer -> keys.forNewOrder(customer).map(key -> Map.entry(customer, key)))
        .collectMap(Map.Entry::getKey, Map.Entry::getValue)
        .filter(found -> found.size() == customers.size());
  }

  /** What was ordered before the customer went is still told to whoever repeats the request. */
  private Mono<Result> refuseOrReplay(Request request) {
    var key = request.key();
    var earlier = key == null ? Mono.<Answer>empty() : store.answerTo(key);
    return earlier
        .flatMap(answer -> replay(answer, request))
        .switchIfEmpty(Mono.error(() -> Refusals.toError(Refusal.CUSTOMER_GONE)));
  }

  /** Applies one command to one order. */
  public Mono<Result> change(UUID orderId, OrderCommand command, Request request) {
    return attempt(orderId, command, request, 1);
  }

  private Mono<Result> attempt(UUID orderId, OrderCommand command, Request request, int attempt) {
    return store
        .load(orderId, request.key())
        .switchIfEmpty(Mono.error(() -> ApiException.of(ErrorCode.NOT_FOUND)))
        .flatMap(history -> decide(history, command, request))
        .switchIfEmpty(
            Mono.defer(
                () ->
                    attempt < ATTEMPTS
                        ? Mono.delay(pause(attempt))
                            .then(attempt(orderId, command, request, attempt + 1))
                        : conflict()));
  }

  /** Empty when another writer was faster and the command may be tried again. */
  private Mono<Result> decide(History history, OrderCommand command, Request request) {
    if (!request.caller().mayTouch(history.customerId())) {
      return Mono.error(ApiException.of(ErrorCode.FORBIDDEN));
    }
    if (history.earlier() != null) {
      return replay(history.earlier(), request);
    }
    var before = history.fold();
    request.conditions().check(before.eTag());
    var change =
        change(history.orderId(), before.version(), before.order(), command, history.key());
    var changes = List.of(change);
    var following = request.following();
    var appended =
        following == null
            ? store.append(changes, request.actor(), request.key(), 200)
            : store.append(change, request.actor(), following);
    return appended.flatMap(outcome -> answer(outcome, changes, before, request));
  }

  private static Change change(
      UUID orderId, int version, Order before, OrderCommand command, @Nullable CustomerKey key) {
    return switch (Order.decide(before, command)) {
      case Refused(var refusal) -> throw Refusals.toError(refusal);
      case Accepted(var events) -> {
        if (version + events.size() > lastVersion(command)) {
          throw Refusals.toError(Refusal.HISTORY_FULL);
        }
        yield new Change(orderId, version, events, fold(before, events), key);
      }
    };
  }

  private static int lastVersion(OrderCommand command) {
    return command instanceof Erase ? EventStore.MAX_VERSION : EventStore.MAX_EVENTS;
  }

  private static Order fold(Order order, List<OrderEvent> events) {
    var after = order;
    for (var event : events) {
      after = Order.evolve(after, event);
    }
    return after;
  }

  /** Ids ascend in the order of the request, which is also the order in which rows are locked. */
  private static List<Change> newOrders(List<Place> orders, Map<String, CustomerKey> keys) {
    var ids = IntStream.range(0, orders.size()).mapToObj(_ -> IDS.generate()).sorted().toList();
    var changes = new ArrayList<Change>(orders.size());
    for (var order : orders) {
      changes.add(
          change(ids.get(changes.size()), 0, Order.blank(), order, keys.get(order.customerId())));
    }
    return changes;
  }

  private Mono<Result> answer(
      Appended appended, List<Change> changes, @Nullable OrderState before, Request request) {
    return switch (appended) {
      case Appended.Done(var heads) -> {
        var states = new ArrayList<OrderState>(changes.size());
        for (var change : changes) {
          var at = heads.get(states.size()).at();
          states.add(
              new OrderState(
                  change.orderId(),
                  change.version(),
                  change.after(),
                  before == null ? at : before.placedAt(),
                  at));
        }
        yield Mono.just(new Result(states, false));
      }
      case Appended.Answered(var earlier) -> replay(earlier, request);
      case Appended.InProgress _ -> Mono.error(ApiException.of(OrderError.REQUEST_IN_PROGRESS));
      case Appended.CustomerGone _ -> Mono.error(Refusals.toError(Refusal.CUSTOMER_GONE));
      case Appended.Conflict _ ->
          request.namesAVersion()
              ? Mono.error(ApiException.of(ErrorCode.VERSION_MISMATCH))
              : Mono.empty();
    };
  }

  /** The first answer again, folded afresh, so that destroyed personal data stays destroyed. */
  private Mono<Result> replay(Answer earlier, Request request) {
    if (request.key() == null || !earlier.answers(request.key())) {
      return Mono.error(ApiException.of(OrderError.IDEMPOTENCY_KEY_REUSED));
    }
    return Flux.range(0, earlier.orderIds().size())
        .concatMap(i -> store.load(earlier.orderIds().get(i), earlier.versions().get(i)))
        .map(History::fold)
        .collectList()
        .map(states -> new Result(states, true));
  }

  private static <T> Mono<T> conflict() {
    return Mono.error(() -> ApiException.of(ErrorCode.CONFLICT));
  }

  /** Grows with each lost race and differs between the racers. */
  private static Duration pause(int attempt) {
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(1, 1 + 4L * attempt));
  }
}
