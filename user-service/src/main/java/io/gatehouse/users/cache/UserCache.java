package io.gatehouse.users.cache;

import io.gatehouse.defaults.web.ApiException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Cache-aside reads and write-through of documents that have versions. No reader gets a version
 * older than one already acknowledged: see {@link CacheState} for how. Where Redis does not confirm
 * a write, the key is marked, bypassed here, and made absent as soon as Redis answers again.
 *
 * <p>Every failure of Redis means asking the database. A miss is loaded by one reader per key.
 */
public final class UserCache {
  private static final int MAX_TRIES = 4;
  private static final Duration ANOTHERS_LEASE_PAUSE = Duration.ofMillis(10);

  private final CacheCommands commands;
  private final RedisLink redis;
  private final Unconfirmed unconfirmed;
  private final ConcurrentHashMap<UUID, Sinks.Empty<Void>> loading = new ConcurrentHashMap<>();
  private final Counter hits;
  private final Counter misses;
  private final Counter bypasses;
  private final Counter unconfirmedWrites;

  UserCache(
      RedisLink redis, CacheCommands commands, Unconfirmed unconfirmed, MeterRegistry meters) {
    this.redis = redis;
    this.commands = commands;
    this.unconfirmed = unconfirmed;
    this.hits = reads(meters, "hit");
    this.misses = reads(meters, "miss");
    this.bypasses = reads(meters, "bypass");
    this.unconfirmedWrites = meters.counter("users.cache.unconfirmed.writes");
    Gauge.builder("users.cache.unrepaired.keys", unconfirmed, Unconfirmed::size).register(meters);
    Gauge.builder("users.cache.answering", redis, link -> link.answering() ? 1 : 0)
        .register(meters);
  }

  /**
   * The document; empty when there is none.
   *
   * @param load reads the database; subscribed to at most once
   */
  public Mono<Document> read(UUID id, Mono<Document> load) {
    return Mono.defer(() -> read(id, load, 1));
  }

  /**
   * Does a write that changes the document, and shows readers its result.
   *
   * @param write commits; empty when nothing was changed
   * @param document the document as committed
   */
  public <T> Mono<T> write(UUID id, Mono<T> write, Function<T, Document> document) {
    return barred(
        id, write, (result, bar) -> commands.writeThrough(id, bar, document.apply(result)));
  }

  /** Does a write that ends the document; empty when nothing was ended. */
  public <T> Mono<T> delete(UUID id, Mono<T> write) {
    return barred(id, write, (_, _) -> commands.bury(id));
  }

  private interface Publication<T> {
    Mono<?> publish(T result, byte[] bar);
  }

  /**
   * A write whose outcome is unknown leaves its bar until that expires: the database is read while
   * the write may still commit.
   */
  private <T> Mono<T> barred(UUID id, Mono<T> write, Publication<T> publication) {
    return Mono.defer(
        () -> {
          var bar = CacheCommands.barToken();
          var unbar = Mono.defer(() -> commands.release(id, bar)).onErrorComplete().then();
          return confirmed(id, commands.bar(id, bar))
              .then(Mono.defer(() -> write))
              .flatMap(
                  result ->
                      confirmed(id, Mono.defer(() -> publication.publish(result, bar)))
                          .thenReturn(result))
              .switchIfEmpty(unbar.then(Mono.empty()))
              .onErrorResume(
                  UserCache::isRefusal, refused -> unbar.then(Mono.error(() -> refused)));
        });
  }

  /** Refused by a rule, so surely not done. */
  private static boolean isRefusal(Throwable thrown) {
    return thrown instanceof ApiException refused && refused.status() < 500;
  }

  /** Completes when Redis confirmed the command, or the key is marked. */
  private Mono<Void> confirmed(UUID id, Mono<?> command) {
    return command
        .then()
        .onErrorResume(
            _ -> {
              unconfirmedWrites.increment();
              unconfirmed.mark(id);
              return Mono.empty();
            });
  }

  private Mono<Document> read(UUID id, Mono<Document> load, int attempt) {
    if (!redis.answering() || unconfirmed.contains(id) || attempt > MAX_TRIES) {
      bypasses.increment();
      return load;
    }
    return commands
        .get(id)
        .onErrorReturn(CacheState.BARRED)
        .flatMap(
            state ->
                switch (state) {
                  case CacheState.Known known -> {
                    hits.increment();
                    yield Mono.just(known.document());
                  }
                  case CacheState.Gone _ -> {
                    hits.increment();
                    yield Mono.empty();
                  }
                  case CacheState.Unknown unknown -> {
                    if (unknown.barred()) {
                      bypasses.increment();
                      yield load;
                    }
                    yield oneAtATime(id, load, attempt);
                  }
                });
  }

  /**
   * Loads, unless another reader here is loading: then waits for its end and reads again. Its
   * result is not shared, for it may have been read before a write that was acknowledged by now.
   */
  private Mono<Document> oneAtATime(UUID id, Mono<Document> load, int attempt) {
    var mine = Sinks.<Void>empty();
    var other = loading.putIfAbsent(id, mine);
    if (other != null) {
      return other.asMono().then(Mono.defer(() -> read(id, load, attempt + 1)));
    }
    var turn =
        turn(id, load)
            .doFinally(
                _ -> {
                  loading.remove(id, mine);
                  mine.emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
                });
    // A reader that goes away must not leave a lease behind that keeps others waiting.
    return Mono.fromFuture(turn.toFuture(), true)
        .flatMap(
            result ->
                switch (result) {
                  case Done done -> Mono.justOrEmpty(done.document());
                  case Again _ ->
                      Mono.delay(ANOTHERS_LEASE_PAUSE)
                          .then(Mono.defer(() -> read(id, load, attempt + 1)));
                });
  }

  private sealed interface Turn {}

  private record Done(Optional<Document> document) implements Turn {}

  /** Somebody else loads, or has loaded by now. */
  private record Again() implements Turn {}

  private Mono<Turn> turn(UUID id, Mono<Document> load) {
    var lease = CacheCommands.leaseToken();
    return commands
        .takeLease(id, lease)
        .map(ours -> ours ? Lease.OURS : Lease.ANOTHERS)
        .onErrorReturn(Lease.NONE)
        .flatMap(
            held ->
                switch (held) {
                  case OURS -> {
                    misses.increment();
                    yield loadAndFill(id, load, lease);
                  }
                  case ANOTHERS -> Mono.just(new Again());
                  case NONE -> {
                    bypasses.increment();
                    yield done(load);
                  }
                });
  }

  private enum Lease {
    OURS,
    ANOTHERS,
    NONE
  }

  private Mono<Turn> loadAndFill(UUID id, Mono<Document> load, byte[] lease) {
    return done(
        load.flatMap(
                document ->
                    commands.fill(id, lease, document).onErrorComplete().thenReturn(document))
            .switchIfEmpty(
                Mono.defer(() -> commands.release(id, lease))
                    .onErrorComplete()
                    .then(Mono.empty())));
  }

  private static Mono<Turn> done(Mono<Document> document) {
    return document
        .<Turn>map(found -> new Done(Optional.of(found)))
        .defaultIfEmpty(new Done(Optional.empty()));
  }

  private static Counter reads(MeterRegistry meters, String result) {
    return Counter.builder("users.cache.reads")
        .description("reads of users: from the cache, from the database into it, or past it")
        .tag("result", result)
        .register(meters);
  }
}
