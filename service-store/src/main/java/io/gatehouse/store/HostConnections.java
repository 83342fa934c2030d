package io.gatehouse.store;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Connections to one of several servers: the primary, wherever it is now, or any of the replicas.
 * The one that was good last is asked first, so that a dead neighbour costs nobody time, and one
 * that neither refuses nor answers is left after a moment. The driver's own choice begins with the
 * first host each time.
 */
final class HostConnections implements ConnectionFactory {
  /** For the whole way in, the check of passwords and certificates included. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private final List<? extends ConnectionFactory> servers;

  /** How far behind the last good one the next choice begins. */
  private final int step;

  private volatile int last;

  private HostConnections(List<? extends ConnectionFactory> servers, int step) {
    this.servers = List.copyOf(servers);
    this.step = step;
  }

  /** To the primary: each of these fails while it is none. */
  static HostConnections toPrimary(List<? extends ConnectionFactory> servers) {
    return new HostConnections(servers, 0);
  }

  /** To all of these in turn. */
  static HostConnections toEach(List<? extends ConnectionFactory> servers) {
    return new HostConnections(servers, 1);
  }

  @Override
  public Mono<Connection> create() {
    return Mono.defer(
        () -> {
          var first = last + step;
          var failures = new CopyOnWriteArrayList<Throwable>();
          return Flux.range(0, servers.size())
              .map(offset -> (first + offset) % servers.size())
              .concatMap(
                  server ->
                      connected(server)
                          .onErrorResume(
                              failed -> {
                                failures.add(failed);
                                return Mono.empty();
                              }),
                  1)
              .next()
              .switchIfEmpty(Mono.error(() -> none(failures)));
        });
  }

  /** Whoever gives up waiting leaves an attempt behind, which closes what it still brings. */
  private Mono<Connection> connected(int server) {
    return Mono.defer(
        () -> {
          var taken = new AtomicBoolean();
          CompletableFuture<@Nullable Connection> attempt =
              Mono.<Connection>from(servers.get(server).create()).toFuture();
          return Mono.fromFuture(attempt, true)
              .timeout(PATIENCE)
              .doOnNext(
                  _ -> {
                    taken.set(true);
                    last = server;
                  })
              .doOnError(_ -> closeLate(attempt))
              .doOnCancel(
                  () -> {
                    if (!taken.get()) {
                      closeLate(attempt);
                    }
                  });
        });
  }

  private static void closeLate(CompletableFuture<@Nullable Connection> attempt) {
    var _ =
        attempt.thenAccept(
            late -> {
              if (late != null) {
                Mono.from(late.close()).onErrorComplete().subscribe();
              }
            });
  }

  private static R2dbcNonTransientResourceException none(List<Throwable> failures) {
    var none =
        new R2dbcNonTransientResourceException("none of the servers can be used: " + failures);
    failures.forEach(none::addSuppressed);
    return none;
  }

  @Override
  public ConnectionFactoryMetadata getMetadata() {
    return servers.getFirst().getMetadata();
  }
}
