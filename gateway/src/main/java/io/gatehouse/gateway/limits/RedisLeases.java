package io.gatehouse.gateway.limits;

import io.gatehouse.defaults.InternalTls;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Leases from one Redis by one script. Nothing queues: while disconnected every call fails at once,
 * and a call that is not answered in 40 ms has failed. The connection is made, and made again, in
 * the background.
 */
final class RedisLeases implements Leases, AutoCloseable {
  private static final Duration TIMEOUT = RateLimiter.LONGEST_WAIT;
  private static final Duration RECONNECT = Duration.ofMillis(500);
  private static final int MAX_QUEUED = 4096;

  private final ClientResources resources =
      DefaultClientResources.builder()
          .ioThreadPoolSize(2)
          .computationThreadPoolSize(2)
          .reconnectDelay(Delay.constant(RECONNECT))
          .build();
  private final RedisClient client = RedisClient.create(resources);
  private final RedisURI uri;
  private final String script = script();
  private final String digest;
  private volatile @Nullable RedisAsyncCommands<String, String> redis;
  private boolean closed;

  RedisLeases(RedisProperties properties) {
    var builder =
        RedisURI.builder()
            .withHost(properties.host())
            .withPort(properties.port())
            .withTimeout(Duration.ofSeconds(2));
    if (properties.password() != null && !properties.password().isEmpty()) {
      builder.withPassword(properties.password().toCharArray());
    }
    var options =
        ClientOptions.builder()
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(MAX_QUEUED)
            .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
            .socketOptions(SocketOptions.builder().connectTimeout(Duration.ofSeconds(1)).build());
    if (properties.ca() != null) {
      builder.withSsl(true).withVerifyPeer(SslVerifyMode.FULL);
      options.sslOptions(
          SslOptions.builder()
              .jdkSslProvider()
              .trustManager(InternalTls.trustIn(properties.ca()))
              .build());
    }
    this.uri = builder.build();
    this.digest = io.lettuce.core.codec.Base16.digest(script.getBytes(StandardCharsets.UTF_8));
    client.setOptions(options.build());
    connect();
  }

  private synchronized void connect() {
    if (closed) {
      return;
    }
    var _ =
        client
            .connectAsync(StringCodec.UTF8, uri)
            .whenComplete(
                (StatefulRedisConnection<String, String> connection, Throwable error) -> {
                  if (connection != null) {
                    redis = connection.async();
                  } else {
                    CompletableFuture.delayedExecutor(RECONNECT.toMillis(), TimeUnit.MILLISECONDS)
                        .execute(this::connect);
                  }
                });
  }

  @Override
  public CompletionStage<Lease> lease(Policy policy, String key, int wanted, int returned) {
    var commands = redis;
    if (commands == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("not connected"));
    }
    String[] keys = {"limit:" + policy.name() + ":" + key};
    String[] arguments = {
      Double.toString(policy.gcra().interval() / 1000.0),
      Integer.toString(policy.gcra().burst()),
      Integer.toString(wanted),
      Integer.toString(returned)
    };
    return commands
        .<List<Long>>evalsha(digest, ScriptOutputType.MULTI, keys, arguments)
        .exceptionallyCompose(
            error -> {
              var cause = error instanceof CompletionException ? error.getCause() : error;
              // A flushed or restarted Redis has forgotten the script; EVAL teaches it again.
              return cause instanceof RedisNoScriptException
                  ? commands.<List<Long>>eval(script, ScriptOutputType.MULTI, keys, arguments)
                  : CompletableFuture.failedFuture(error);
            })
        .thenApply(RedisLeases::lease);
  }

  private static Lease lease(List<Long> answer) {
    return new Lease(
        answer.get(0).intValue(),
        TimeUnit.MICROSECONDS.toNanos(answer.get(1)),
        TimeUnit.MICROSECONDS.toNanos(answer.get(2)));
  }

  @Override
  public CompletionStage<?> ping() {
    var commands = redis;
    return commands == null
        ? CompletableFuture.failedFuture(new IllegalStateException("not connected"))
        : commands.ping();
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    var _ = resources.shutdown(0, 1, TimeUnit.SECONDS);
  }

  private static String script() {
    try (var source = RedisLeases.class.getResourceAsStream("/gcra-lease.lua")) {
      if (source == null) {
        throw new IllegalStateException("gcra-lease.lua is missing");
      }
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
