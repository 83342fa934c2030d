package io.gatehouse.defaults.platform;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.TcpUserTimeoutOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Redis that nobody ever waits for long: nothing queues, and each command has a
 * time limit. A closed connection is made again in the background. One that leaves three commands
 * in a row unanswered may be lost without a word: it is thrown away, and commands fail at once
 * until {@link #probe()} has made another one.
 *
 * @param <K> of the keys
 * @param <V> of the values
 */
public final class RedisConnector<K, V> implements AutoCloseable {
  private static final int UNANSWERED_LIMIT = 3;
  private static final int MOST_UNANSWERED = 4096;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration RECONNECT_PAUSE = Duration.ofMillis(100);
  private static final Duration DEAD_PEER_TIMEOUT = Duration.ofSeconds(2);

  /**
   * How long the loops are idle before they end: a connection gives its buffer back in a task of
   * its loop, which a loop that ends at once may not run.
   */
  private static final long QUIET_MILLIS = 100;

  private static final long MOST_MILLIS = 2_000;

  private final RedisCodec<K, V> codec;
  private final ClientResources resources;
  private final RedisClient client;
  private final RedisURI uri;
  private final AtomicBoolean connecting = new AtomicBoolean();
  private final AtomicInteger unanswered = new AtomicInteger();
  private final AtomicInteger running = new AtomicInteger();
  private volatile @Nullable StatefulRedisConnection<K, V> connection;

  /** The last one to connect; it ends within the time-out, and the loops live until then. */
  private volatile CompletableFuture<?> attempt = CompletableFuture.completedFuture(true);

  /**
   * Not connected until {@link #probe()}.
   *
   * @param timeout after which a command has failed
   */
  public RedisConnector(RedisProperties server, RedisCodec<K, V> codec, Duration timeout) {
    this.codec = codec;
    this.uri = uri(server);
    this.resources =
        ClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .reconnectDelay(Delay.constant(RECONNECT_PAUSE))
            .commandLatencyRecorder(CommandLatencyRecorder.disabled())
            .build();
    this.client = RedisClient.create(resources);
    client.setOptions(options(server.ca(), timeout));
  }

  private static RedisURI uri(RedisProperties server) {
    var uri =
        RedisURI.builder()
            .withHost(server.host())
            .withPort(server.port())
            .withTimeout(CONNECT_TIMEOUT);
    var password = server.password();
    if (password != null && !password.isEmpty()) {
      uri.withPassword(password.toCharArray());
    }
    return server.ca() == null
        ? uri.build()
        : uri.withSsl(true).withVerifyPeer(SslVerifyMode.FULL).build();
  }

  private static ClientOptions options(@Nullable Path ca, Duration timeout) {
    var options =
        ClientOptions.builder()
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            // Of a bounded queue each command asks the size, under a lock that event loops share.
            .requestQueueSize(Integer.MAX_VALUE)
            .timeoutOptions(TimeoutOptions.enabled(timeout))
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
    if (ca != null) {
      options.sslOptions(
          SslOptions.builder().jdkSslProvider().trustManager(InternalTls.trustIn(ca)).build());
    }
    return options.build();
  }

  /** Whether there is a connection that was not found silent. */
  public boolean isConnected() {
    return connection != null;
  }

  /**
   * Runs a command.
   *
   * @return fails at once with {@link RedisAwayException} when there is no connection, or when 4096
   *     commands wait for their answer
   */
  public <T> CompletionStage<T> send(
      Function<RedisAsyncCommands<K, V>, ? extends CompletionStage<T>> command) {
    var current = connection;
    if (current == null) {
      return CompletableFuture.failedFuture(new RedisAwayException());
    }
    if (running.incrementAndGet() > MOST_UNANSWERED) {
      running.decrementAndGet();
      return CompletableFuture.failedFuture(new RedisAwayException());
    }
    return command.apply(current.async()).whenComplete((_, thrown) -> ended(current, thrown));
  }

  /**
   * Begins to connect when there is no connection; else asks whether Redis answers.
   *
   * @return whether it did; never fails
   */
  public CompletionStage<Boolean> probe() {
    if (connection == null) {
      connect();
      return CompletableFuture.completedFuture(false);
    }
    return send(RedisAsyncCommands::ping).handle((_, thrown) -> thrown == null);
  }

  private void ended(StatefulRedisConnection<K, V> used, @Nullable Throwable thrown) {
    running.decrementAndGet();
    if (thrown == null || thrown instanceof RedisCommandExecutionException) {
      unanswered.set(0);
    } else if (thrown instanceof RedisCommandTimeoutException
        && unanswered.incrementAndGet() >= UNANSWERED_LIMIT
        && used.equals(connection)) {
      connection = null;
      unanswered.set(0);
      var _ = used.closeAsync();
    }
  }

  private void connect() {
    if (connecting.compareAndSet(false, true)) {
      attempt =
          client
              .connectAsync(codec, uri)
              .whenComplete(
                  (made, failure) -> {
                    if (failure == null) {
                      connection = made;
                    }
                    connecting.set(false);
                  })
              .toCompletableFuture();
    }
  }

  @Override
  public void close() {
    connection = null;
    var _ =
        attempt
            .handle((_, _) -> true)
            .thenCompose(_ -> client.shutdownAsync(0, 1, TimeUnit.SECONDS))
            .thenRun(
                () -> {
                  var _ = resources.shutdown(QUIET_MILLIS, MOST_MILLIS, TimeUnit.MILLISECONDS);
                });
  }
}
