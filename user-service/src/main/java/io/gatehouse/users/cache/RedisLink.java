package io.gatehouse.users.cache;

import io.gatehouse.defaults.InternalTls;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * One connection to Redis that nobody ever waits for long. It is made and remade in the background;
 * without it, and after three unanswered commands in a row, commands fail at once until {@link
 * #probe()} was answered again.
 */
final class RedisLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisLink.class);
  private static final int UNANSWERED_LIMIT = 3;
  private static final int MAX_QUEUED_COMMANDS = 1000;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration RECONNECT_PAUSE = Duration.ofMillis(100);
  private static final Duration DEAD_PEER_TIMEOUT = Duration.ofSeconds(2);
  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.ASCII, ByteArrayCodec.INSTANCE);

  private final ClientResources resources;
  private final RedisClient client;
  private final RedisURI address;
  private final AtomicBoolean connecting = new AtomicBoolean();
  private final AtomicInteger unanswered = new AtomicInteger();
  private volatile @Nullable StatefulRedisConnection<String, byte[]> connection;
  private volatile boolean answering;

  RedisLink(RedisProperties properties) {
    resources =
        ClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .reconnectDelay(Delay.constant(RECONNECT_PAUSE))
            .commandLatencyRecorder(CommandLatencyRecorder.disabled())
            .build();
    client = RedisClient.create(resources);
    var options =
        ClientOptions.builder()
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(MAX_QUEUED_COMMANDS)
            .timeoutOptions(TimeoutOptions.enabled(properties.commandTimeout()))
            .socketOptions(
                SocketOptions.builder()
                    .connectTimeout(CONNECT_TIMEOUT)
                    .keepAlive(true)
                    .tcpUserTimeout(
                        TcpUserTimeoutOptions.builder()
                            .enable()
                            .tcpUserTimeout(DEAD_PEER_TIMEOUT)
                            .build())
                    .build());
    var uri =
        RedisURI.builder()
            .withHost(properties.host())
            .withPort(properties.port())
            .withTimeout(CONNECT_TIMEOUT);
    var password = properties.password();
    if (password != null && !password.isEmpty()) {
      uri.withPassword(password.toCharArray());
    }
    var ca = properties.ca();
    if (ca != null) {
      uri.withSsl(true).withVerifyPeer(SslVerifyMode.FULL);
      options.sslOptions(
          SslOptions.builder().jdkSslProvider().trustManager(InternalTls.trustIn(ca)).build());
    }
    client.setOptions(options.build());
    address = uri.build();
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
    return Mono.defer(
        () -> {
          var current = connection;
          return current == null
              ? Mono.<T>error(new RedisAwayException())
              : Mono.fromCompletionStage(command.apply(current.async()))
                  .doOnSuccess(_ -> unanswered.set(0))
                  .doOnError(thrown -> failed(current, thrown));
        });
  }

  /** Connects when there is no connection yet; else asks whether Redis answers. */
  Mono<Boolean> probe() {
    if (connection == null) {
      connect();
      return Mono.just(false);
    }
    return send(RedisAsyncCommands::ping).map(_ -> true).onErrorReturn(false);
  }

  /** Sends commands again: Redis answered, and what had to be repaired first was. */
  void resume() {
    if (!answering) {
      answering = true;
      log.info("Redis answers; reads are cached");
    }
  }

  private void failed(StatefulRedisConnection<String, byte[]> used, Throwable thrown) {
    var late = thrown instanceof RedisCommandTimeoutException;
    var silent = late && unanswered.incrementAndGet() >= UNANSWERED_LIMIT;
    if ((!late || silent) && answering) {
      answering = false;
      log.warn("Redis does not answer ({}); the database is read instead", thrown.toString());
    }
    if (silent) {
      discard(used);
    }
  }

  /** The way there may be lost without a word: the next probe makes another connection. */
  private void discard(StatefulRedisConnection<String, byte[]> silent) {
    if (silent.equals(connection)) {
      connection = null;
      unanswered.set(0);
      var _ = silent.closeAsync();
    }
  }

  private void connect() {
    if (connecting.compareAndSet(false, true)) {
      var _ =
          client
              .connectAsync(CODEC, address)
              .whenComplete(
                  (made, failure) -> {
                    if (failure == null) {
                      connection = made;
                    }
                    connecting.set(false);
                  });
    }
  }

  @Override
  public void close() {
    answering = false;
    var _ =
        client
            .shutdownAsync(0, 1, TimeUnit.SECONDS)
            .thenRun(() -> resources.shutdown(0, 1, TimeUnit.SECONDS).syncUninterruptibly());
  }
}
