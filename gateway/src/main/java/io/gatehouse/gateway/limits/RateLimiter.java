package io.gatehouse.gateway.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a request is inside its caller's limit.
 *
 * <p>Most decisions spend a lease or repeat a refusal, in memory. Only when there is no lease does
 * a request wait for Redis, at most 40 ms. When Redis fails, this gateway's own limits decide at
 * once, until a probe (every 500 ms, in the background) is answered.
 */
final class RateLimiter {
  static final Duration LONGEST_WAIT = Duration.ofMillis(40);
  private static final Logger log = LoggerFactory.getLogger(RateLimiter.class);
  private static final long PROBE_PAUSE = Duration.ofMillis(500).toNanos();
  private static final int MAX_KEYS = 100_000;

  private final Leases leases;
  private final IntSupplier nodes;
  private final LongSupplier clock;
  private final Cache<QuotaKey, Quota> quotas = Caffeine.newBuilder().maximumSize(MAX_KEYS).build();
  private final AtomicLong nextProbe = new AtomicLong();
  private final LongAdder leaseCalls = new LongAdder();
  private final LongAdder allowed = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder localDecisions = new LongAdder();
  private volatile boolean away;

  /** Whose quota of which policy. */
  private record QuotaKey(Policy policy, String key) {
    @Override
    public int hashCode() {
      return key.hashCode() * 31 + policy.name().hashCode();
    }
  }

  RateLimiter(Leases leases, IntSupplier nodes, LongSupplier clock) {
    this.leases = leases;
    this.nodes = nodes;
    this.clock = clock;
  }

  void bindTo(MeterRegistry meters) {
    FunctionCounter.builder("gateway.limits.lease.calls", leaseCalls, LongAdder::sum)
        .description("Calls to Redis for quota")
        .register(meters);
    FunctionCounter.builder("gateway.limits.requests", allowed, LongAdder::sum)
        .tag("outcome", "allowed")
        .register(meters);
    FunctionCounter.builder("gateway.limits.requests", refused, LongAdder::sum)
        .tag("outcome", "refused")
        .register(meters);
    FunctionCounter.builder("gateway.limits.local.decisions", localDecisions, LongAdder::sum)
        .description("Decisions by this gateway alone, because Redis did not answer")
        .register(meters);
    Gauge.builder("gateway.limits.redis.up", () -> away ? 0 : 1).register(meters);
    Gauge.builder("gateway.limits.keys", quotas, Cache::estimatedSize).register(meters);
  }

  /**
   * Decides now, or tells {@code waiter} later and returns null.
   *
   * @param key a verified subject or client, or an IP address
   */
  @Nullable Decision decide(Policy policy, String key, Quota.Waiter waiter) {
    var now = clock.getAsLong();
    var quota =
        quotas.get(new QuotaKey(policy, key), wanted -> new Quota(policy, wanted.key(), now));
    if (away) {
      probe(now);
      return count(decideLocally(quota, now));
    }
    var outcome = quota.take(now, nodes.getAsInt(), waiter);
    if (outcome.ask() != null) {
      ask(quota, outcome.ask());
    }
    return outcome.decision() == null ? null : count(outcome.decision());
  }

  private Decision decideLocally(Quota quota, long now) {
    localDecisions.increment();
    return quota.takeLocally(now);
  }

  /** For a request whose wait is over; null when its decision is on its way. */
  @Nullable Decision giveUp(Policy policy, String key, Quota.Waiter waiter) {
    var quota = quotas.getIfPresent(new QuotaKey(policy, key));
    var decision = quota == null ? null : quota.giveUp(clock.getAsLong(), waiter);
    if (decision != null) {
      localDecisions.increment();
      failed("no answer in time");
      count(decision);
    }
    return decision;
  }

  Decision count(Decision decision) {
    (decision.isAllowed() ? allowed : refused).increment();
    return decision;
  }

  private void ask(Quota quota, Quota.Ask ask) {
    leaseCalls.increment();
    leases
        .lease(quota.policy(), quota.key(), ask.wanted(), ask.returned())
        .whenComplete(
            (lease, error) -> {
              if (lease == null) {
                failed(String.valueOf(error));
                quota.failed(clock.getAsLong()).forEach(Runnable::run);
                return;
              }
              var decided = new ArrayList<Runnable>();
              var next =
                  quota.leased(lease, ask.wanted(), clock.getAsLong(), nodes.getAsInt(), decided);
              decided.forEach(Runnable::run);
              if (next != null) {
                ask(quota, next);
              }
            });
  }

  private void failed(String why) {
    if (!away) {
      nextProbe.set(clock.getAsLong() + PROBE_PAUSE);
      away = true;
      log.warn("rate limits are local until Redis answers again: {}", why);
    }
  }

  private void probe(long now) {
    var due = nextProbe.get();
    if (now - due >= 0 && nextProbe.compareAndSet(due, now + PROBE_PAUSE)) {
      leases
          .ping()
          .whenComplete(
              (_, error) -> {
                if (error == null && away) {
                  away = false;
                  log.info("rate limits are shared again: Redis answers");
                }
              });
    }
  }
}
