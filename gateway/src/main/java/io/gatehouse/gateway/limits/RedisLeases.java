package io.gatehouse.gateway.limits;

import io.gatehouse.defaults.platform.RedisAwayException;
import io.gatehouse.defaults.platform.RedisConnector;
import io.gatehouse.defaults.platform.RedisProperties;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.codec.Base16;
import io.lettuce.core.codec.StringCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Leases from one Redis by one script. Nothing queues: while disconnected every call fails at once,
 * and a call that is not answered in 40 ms has failed.
 */
final class RedisLeases implements Leases, AutoCloseable {
  private final RedisConnector<String, String> redis;
  private final String script = script();
  private final String digest = Base16.digest(script.getBytes(StandardCharsets.UTF_8));

  RedisLeases(RedisProperties properties) {
    this.redis = new RedisConnector<>(properties, StringCodec.UTF8, RateLimiter.LONGEST_WAIT);
    var _ = redis.probe();
  }

  @Override
  public CompletionStage<Lease> lease(Policy policy, String key, int wanted, int returned) {
    String[] keys = {"limit:" + policy.name() + ":" + key};
    String[] arguments = {
      Double.toString(policy.gcra().interval() / 1000.0),
      Integer.toString(policy.gcra().burst()),
      Integer.toString(wanted),
      Integer.toString(returned)
    };
    return redis
        .send(it -> it.<List<Long>>evalsha(digest, ScriptOutputType.MULTI, keys, arguments))
        .exceptionallyCompose(
            error -> {
              var cause = error instanceof CompletionException ? error.getCause() : error;
              // A flushed or restarted Redis has forgotten the script; EVAL teaches it again.
              return cause instanceof RedisNoScriptException
                  ? redis.send(
                      it -> it.<List<Long>>eval(script, ScriptOutputType.MULTI, keys, arguments))
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
    return redis
        .probe()
        .thenCompose(
            answered ->
                answered
                    ? CompletableFuture.completedFuture(true)
                    : CompletableFuture.failedFuture(new RedisAwayException()));
  }

  @Override
  public void close() {
    redis.close();
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
