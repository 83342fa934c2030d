package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.platform.EndsBeforeServer;
import io.gatehouse.defaults.tokens.AccessToken;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The event streams that clients hold open. They end when their token is revoked, and when the
 * gateway stops: a graceful stop would wait for them in vain.
 */
@Component
public class OpenStreams extends EndsBeforeServer {
  private final Set<OpenStream> open = ConcurrentHashMap.newKeySet();
  private volatile Predicate<AccessToken> revoked = _ -> false;
  private volatile boolean stopping;

  /** Completes when this token's stream must end. */
  public Mono<Void> end(@Nullable AccessToken token) {
    return Mono.defer(
        () -> {
          var stream = new OpenStream(token, Sinks.empty());
          open.add(stream);
          // Its token was checked before the service answered, and may be revoked since.
          endIf(stream, revoked);
          // Or the gateway stops since: it has told the others already.
          if (stopping) {
            stream.end.tryEmitEmpty();
          }
          return stream.end.asMono().doFinally(_ -> open.remove(stream));
        });
  }

  /** Ends the streams of tokens that are no longer good, and those that are opened with one. */
  public void endIf(Predicate<AccessToken> revoked) {
    this.revoked = revoked;
    open.forEach(stream -> endIf(stream, revoked));
  }

  private static void endIf(OpenStream stream, Predicate<AccessToken> revoked) {
    if (stream.token != null && revoked.test(stream.token)) {
      stream.end.tryEmitEmpty();
    }
  }

  int size() {
    return open.size();
  }

  /** True once the gateway ends them all, because it stops. */
  boolean isStopping() {
    return stopping;
  }

  @Override
  protected void begin() {
    stopping = false;
  }

  @Override
  protected void endAll() {
    stopping = true;
    open.forEach(stream -> stream.end.tryEmitEmpty());
  }

  /** Equal only to itself: one token may hold several streams. */
  private static final class OpenStream {
    private final @Nullable AccessToken token;
    private final Sinks.Empty<Void> end;

    OpenStream(@Nullable AccessToken token, Sinks.Empty<Void> end) {
      this.token = token;
      this.end = end;
    }
  }
}
