package io.gatehouse.orders.store;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.orders.store.AppendCall.Outcome;
import io.gatehouse.store.Database;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Group commit: new orders that arrive while a call is under way share the next one, and with it
 * the round trip, the transaction and the flush of the log. Nobody waits for company: an order that
 * comes alone goes alone. What it brings is told in {@code docs/orders-performance.md}.
 */
final class GroupedPlacements {
  /** Calls under way: one flushes while the other is worked on. */
  private static final int MAX_CALLS = 2;

  private static final int MAX_GROUP = 32;
  private static final int MAX_WAITING = 2_000;
  private static final Duration MAX_WAIT = Duration.ofSeconds(3);

  private final Database database;
  private final Queue<Waiting> waiting = new ArrayDeque<>();
  private int calls;

  GroupedPlacements(Database database) {
    this.database = database;
  }

  private record Waiting(Placement placement, CompletableFuture<Outcome> outcome, long since) {
    boolean tooLong() {
      return System.nanoTime() - since > MAX_WAIT.toNanos();
    }

    void giveUp() {
      outcome.completeExceptionally(ApiException.of(ErrorCode.SERVICE_UNAVAILABLE));
    }
  }

  /**
   * The database's answer for this order. A caller who goes away leaves its order in the group.
   *
   * @throws ApiException SERVICE_UNAVAILABLE when too many wait, or this one did for too long
   */
  Mono<Outcome> place(Placement placement) {
    return Mono.defer(
        () -> {
          var mine = new Waiting(placement, new CompletableFuture<>(), System.nanoTime());
          enqueue(mine);
          callNext();
          return Mono.fromFuture(mine.outcome, true)
              .timeout(database.answerTimeout(), giveUp(mine));
        });
  }

  /** Whether it waits still or is in a call without an answer: the caller is told in time. */
  private static Mono<Outcome> giveUp(Waiting mine) {
    return Mono.defer(
        () -> {
          mine.giveUp();
          return Mono.fromFuture(mine.outcome, true);
        });
  }

  private synchronized void enqueue(Waiting one) {
    if (waiting.size() >= MAX_WAITING) {
      throw ApiException.of(ErrorCode.SERVICE_UNAVAILABLE);
    }
    waiting.add(one);
  }

  private void callNext() {
    var group = nextGroup();
    if (!group.isEmpty()) {
      call(group).doFinally(_ -> done()).subscribe();
    }
  }

  private void done() {
    synchronized (this) {
      calls--;
    }
    callNext();
  }

  /** Takes a place among the calls, unless all are taken or nobody waits. */
  private synchronized List<Waiting> nextGroup() {
    if (calls == MAX_CALLS) {
      return List.of();
    }
    var group = new ArrayList<Waiting>();
    var keys = new HashSet<Object>();
    var repeats = new ArrayList<Waiting>();
    while (!waiting.isEmpty() && group.size() < MAX_GROUP) {
      var next = waiting.remove();
      var key = next.placement.idempotencyKey();
      if (next.outcome.isDone() || next.tooLong()) {
        next.giveUp();
      } else if (key == null || keys.add(key)) {
        group.add(next);
      } else {
        repeats.add(next);
      }
    }
    waiting.addAll(repeats);
    calls += group.isEmpty() ? 0 : 1;
    return group;
  }

  /** Never fails: who waits is told. */
  private Mono<Void> call(List<Waiting> group) {
    return database
        .query(
            Placement.CALL,
            statement -> Placement.bind(statement, group.stream().map(Waiting::placement).toList()),
            Outcome::from)
        .doOnNext(
            outcomes -> {
              for (var i = 0; i < group.size(); i++) {
                group.get(i).outcome.complete(outcomes.get(i));
              }
            })
        .then()
        .onErrorResume(failure -> alone(group, failure));
  }

  /** An order that the database cannot take must not take others with it: each is tried alone. */
  private Mono<Void> alone(List<Waiting> group, Throwable failure) {
    if (group.size() == 1 || failure instanceof ApiException) {
      group.forEach(one -> one.outcome.completeExceptionally(failure));
      return Mono.empty();
    }
    return Flux.fromIterable(group).concatMap(one -> call(List.of(one))).then();
  }
}
