package io.gatehouse.users.cache;

import io.gatehouse.defaults.platform.RedisAwayException;
import io.gatehouse.defaults.platform.RedisConnector;
import io.gatehouse.defaults.platform.RedisProperties;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Whether Redis may be asked: without a connection, and after commands that were not answered,
 * commands fail at once until {@link #probe()} was answered again and {@link #resume()} was called.
 */
final class RedisLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisLink.class);
  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE);

  private final RedisConnector<String, byte[]> connector;
  private volatile boolean answering;

  RedisLink(RedisProperties server, Duration commandTimeout) {
    connector = new RedisConnector<>(server, CODEC, commandTimeout);
  }

  /** Whether commands are sent at all. */
  boolean answering() {
    return answering;
  }

  /** Runs a command, or fails at once when Redis is away. */
  <T> Mono<T> run(
      Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command) {
    return Mono.defer(() -> answering ? send(command) : Mono.error(new RedisAwayException()));
  }

  /** Runs a command also while Redis counts as away, as repairs must. */
  <T> Mono<T> send(
      Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command) {
    return Mono.fromCompletionStage(() -> connector.send(command)).doOnError(this::failed);
  }

  /** Connects when there is no connection yet; else asks whether Redis answers. */
  Mono<Boolean> probe() {
    return connector.isConnected()
        ? send(RedisAsyncCommands::ping).map(_ -> true).onErrorReturn(false)
        : Mono.fromCompletionStage(connector::probe);
  }

  /** Sends commands again: Redis answered, and what had to be repaired first was. */
  void resume() {
    if (!answering) {
      answering = true;
      log.info("Redis answers; reads are cached");
    }
  }

  /** One late answer says little; a connection that was thrown away for them says that it is. */
  private void failed(Throwable thrown) {
    var late = thrown instanceof RedisCommandTimeoutException;
    if (answering && !(late && connector.isConnected())) {
      answering = false;
      log.warn("Redis does not answer ({}); the database is read instead", thrown.toString());
    }
  }

  @Override
  public void close() {
    answering = false;
    connector.close();
  }
}
