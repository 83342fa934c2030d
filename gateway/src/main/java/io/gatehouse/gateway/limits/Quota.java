package io.gatehouse.gateway.limits;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One key's share of its limit: what is leased and not yet spent, and who waits for a lease. All
 * times are nanoseconds of {@link System#nanoTime()}; every method is brief and locks the key
 * alone.
 *
 * <p>A lease lives 200 ms, so that quota taken now is not spent on top of the quota of later. Its
 * size follows the key's own rate (75 ms of it), so a small limit leases one by one and stays
 * exact.
 */
final class Quota {
  private static final long LEASE_LIFE = 200_000_000;
  private static final double LEASE_SECONDS = 0.075;
  private static final long RATE_WINDOW = 100_000_000;
  private static final int MAX_WAITING = 1024;

  private final Policy policy;
  private final String key;
  private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
  private int leased;
  private int unspent;
  private long leaseEnds;
  private long tat;
  private long deniedUntil;
  private boolean denied;
  private boolean asking;
  private long localTat;
  private long windowStart;
  private int windowCount;
  private double rate;

  Quota(Policy policy, String key, long now) {
    this.policy = policy;
    this.key = key;
    this.tat = now;
    this.localTat = now;
    this.windowStart = now;
  }

  /** A request that waits for a lease; told once, outside of the key's lock. */
  interface Waiter {
    void decided(Decision decision);
  }

  /** A lease that should be asked for. */
  record Ask(int wanted, int returned) {}

  /**
   * The outcome for one request.
   *
   * @param decision null when the request waits for a lease
   * @param ask null when nothing is to be asked
   */
  record Outcome(@Nullable Decision decision, @Nullable Ask ask) {}

  Policy policy() {
    return policy;
  }

  String key() {
    return key;
  }

  /** Spends from the lease, refuses from memory, or makes {@code waiter} wait. */
  synchronized Outcome take(long now, int nodes, Waiter waiter) {
    measure(now);
    if (unspent > 0 && now - leaseEnds < 0) {
      var decision = spend(now);
      return new Outcome(
          decision, !asking && unspent * 10 <= leased * 3 && leased > 1 ? ask(1, nodes) : null);
    }
    if (denied && now - deniedUntil < 0) {
      return new Outcome(refusal(now), null);
    }
    denied = false;
    if (waiting.size() >= MAX_WAITING) {
      return new Outcome(local(now), null);
    }
    waiting.add(waiter);
    return new Outcome(null, asking ? null : ask(waiting.size(), nodes));
  }

  /** Decides by what this gateway alone has seen: for when Redis is away. */
  synchronized Decision takeLocally(long now) {
    measure(now);
    return local(now);
  }

  /** Takes back a request whose wait is over and decides it locally; null when it was decided. */
  synchronized @Nullable Decision giveUp(long now, Waiter waiter) {
    return waiting.remove(waiter) ? local(now) : null;
  }

  /** A lease came. The next ask, or null; those who can go or must not are in {@code decided}. */
  synchronized @Nullable Ask leased(
      Leases.Lease lease, int wanted, long now, int nodes, List<Runnable> decided) {
    asking = false;
    unspent += lease.granted();
    leased = unspent;
    leaseEnds = now + LEASE_LIFE;
    tat = now + lease.ahead();
    if (lease.granted() < wanted) {
      denied = true;
      deniedUntil = now + lease.retryAfter();
    }
    while (!waiting.isEmpty() && (unspent > 0 || denied)) {
      var waiter = waiting.remove();
      var decision = unspent > 0 ? spend(now) : refusal(now);
      decided.add(() -> waiter.decided(decision));
    }
    return waiting.isEmpty() ? null : ask(waiting.size(), nodes);
  }

  /** No lease came: everybody who waits is decided locally. */
  synchronized List<Runnable> failed(long now) {
    asking = false;
    var decided = new ArrayList<Runnable>();
    while (!waiting.isEmpty()) {
      var waiter = waiting.remove();
      var decision = local(now);
      decided.add(() -> waiter.decided(decision));
    }
    return decided;
  }

  private Ask ask(int atLeast, int nodes) {
    asking = true;
    var most = Math.max(1, policy.gcra().burst() / (2 * nodes));
    var wanted = Math.max(atLeast, (int) Math.clamp(rate * LEASE_SECONDS, 1, most));
    var returned = 0;
    if (unspent > 0 && System.nanoTime() - leaseEnds >= 0) {
      returned = unspent;
      unspent = 0;
    }
    return new Ask(wanted, returned);
  }

  private Decision spend(long now) {
    unspent--;
    localTat = policy.gcra().spend(localTat, now, 1);
    return Decision.of(policy, unspent + policy.gcra().available(tat, now), -1);
  }

  private Decision refusal(long now) {
    return Decision.of(policy, 0, Math.max(0, deniedUntil - now));
  }

  private Decision local(long now) {
    var gcra = policy.gcra();
    var left = gcra.available(localTat, now);
    if (left == 0) {
      return Decision.of(policy, 0, gcra.untilNext(localTat, now));
    }
    localTat = gcra.spend(localTat, now, 1);
    return Decision.of(policy, left - 1, -1);
  }

  /** Requests per second of this key here, over about the last 100 ms. */
  private void measure(long now) {
    windowCount++;
    var passed = now - windowStart;
    if (passed >= RATE_WINDOW) {
      rate = passed > 10 * RATE_WINDOW ? 0 : windowCount * 1e9 / passed;
      windowStart = now;
      windowCount = 0;
    }
  }
}
