package io.gatehouse.orders.store;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.orders.store.AppendCall.Outcome;
import io.gatehouse.store.Database;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Group commit: changes that arrive while a call is under way share the next one, and with it the
 * round trip, the transaction and the flush of the log. Nobody waits for company: a change that
 * comes alone goes alone. What it brings is told in {@code docs/orders-performance.md}.
 */
final class GroupedCalls {
  /** Calls under way: one flushes while the other is worked on. */
  private static final int MAX_CALLS = 2;

  private static final int MAX_GROUP = 32;
  private static final int MAX_WAITING = 2_000;
  private static final Duration MAX_WAIT = Duration.ofSeconds(3);

  private final Database database;
  private final String statement;
  private final BiConsumer<Statement, List<SingleChange>> bind;
  private final Deque<Waiting> waiting = new ArrayDeque<>();

  /** Of what is in a call; whoever waits with the same waits for that call's end. */
  private final Set<Object> underWay = new HashSet<>();

  private int calls;

  /**
   * Groups of their own.
   *
   * @param statement answers each change of a group in turn, whatever becomes of the others
   */
  GroupedCalls(
      Database database, String statement, BiConsumer<Statement, List<SingleChange>> bind) {
    this.database = database;
    this.statement = statement;
    this.bind = bind;
  }

  private record Waiting(SingleChange change, CompletableFuture<Outcome> outcome, long since) {
    boolean tooLong() {
      return System.nanoTime() - since > MAX_WAIT.toNanos();
    }

    void giveUp() {
      outcome.completeExceptionally(ApiException.of(ErrorCode.SERVICE_UNAVAILABLE));
    }
  }

  /**
   * The database's answer for this change. A caller who goes away leaves it in the group.
   *
   * @throws ApiException SERVICE_UNAVAILABLE when too many wait, or this one did for too long
   */
  Mono<Outcome> call(SingleChange change) {
    return Mono.defer(
        () -> {
          var mine = new Waiting(change, new CompletableFuture<>(), System.nanoTime());
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
      call(group).doFinally(_ -> done(group)).subscribe();
    }
  }

  private void done(List<Waiting> group) {
    synchronized (this) {
      calls--;
      group.forEach(one -> underWay.removeAll(one.change.onceAtATime()));
    }
    callNext();
  }

  /** Takes a place among the calls, unless all are taken or nobody waits. */
  private synchronized List<Waiting> nextGroup() {
    if (calls == MAX_CALLS) {
      return List.of();
    }
    var group = new ArrayList<Waiting>();
    var repeats = new ArrayList<Waiting>();
    while (!waiting.isEmpty() && group.size() < MAX_GROUP) {
      var next = waiting.remove();
      var mine = next.change.onceAtATime();
      if (next.outcome.isDone() || next.tooLong()) {
        next.giveUp();
      } else if (Collections.disjoint(underWay, mine)) {
        underWay.addAll(mine);
        group.add(next);
      } else {
        repeats.add(next);
      }
    }
    // They keep their place.
    repeats.reversed().forEach(waiting::addFirst);
    calls += group.isEmpty() ? 0 : 1;
    return group;
  }

  /** Never fails: who waits is told. */
  private Mono<Void> call(List<Waiting> group) {
    return database
        .query(
            statement,
            call -> bind.accept(call, group.stream().map(Waiting::change).toList()),
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

  /** A change that the database cannot take must not take others with it: each is tried alone. */
  private Mono<Void> alone(List<Waiting> group, Throwable failure) {
    if (group.size() == 1 || failure instanceof ApiException) {
      group.forEach(one -> one.outcome.completeExceptionally(failure));
      return Mono.empty();
    }
    return Flux.fromIterable(group).concatMap(one -> call(List.of(one))).then();
  }
}
