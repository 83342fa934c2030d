package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.platform.RetryBudget;
import io.gatehouse.gateway.upstreams.ConcurrencyLimit.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One service behind the gateway: its instances, its breaker, its share of the gateway. */
final class UpstreamService {
  private static final Logger log = LoggerFactory.getLogger(UpstreamService.class);

  private final String name;
  private final ServiceBreaker breaker;
  private final ConcurrencyLimit permits;
  private final RetryBudget retries = new RetryBudget();
  private final boolean isRegistered;
  private volatile Instance[] instances = {};

  /** Those that the last round of probes found able to answer a call. */
  private volatile Set<Instance> able = Set.of();

  final LongAdder shed = new LongAdder();
  final LongAdder retried = new LongAdder();
  final LongAdder ejections = new LongAdder();
  final LongAdder refusedByBreaker = new LongAdder();

  UpstreamService(String name, BreakerProperties breaker, GuardProperties guards) {
    this(name, breaker, guards, true);
  }

  private UpstreamService(
      String name, BreakerProperties breaker, GuardProperties guards, boolean isRegistered) {
    this.name = name;
    this.isRegistered = isRegistered;
    this.breaker = new ServiceBreaker(name, breaker, guards.deadline(), this::isSilent);
    this.permits = new ConcurrencyLimit(guards.maxInFlight(), System::nanoTime);
  }

  /** One that no registry knows: it counts as one instance. */
  static UpstreamService external(String name, BreakerProperties breaker, GuardProperties guards) {
    return new UpstreamService(name, breaker, guards, false);
  }

  String name() {
    return name;
  }

  private int places() {
    return isRegistered ? instances.length : 1;
  }

  ServiceBreaker breaker() {
    return breaker;
  }

  RetryBudget retries() {
    return retries;
  }

  int inFlight() {
    return permits.inFlight();
  }

  int size() {
    return instances.length;
  }

  /**
   * True when a call that failed can be sent elsewhere. The registry may have taken the failed
   * instance away meanwhile, so that a single one is left and is another.
   *
   * @param failed null when it is not known which one it was
   */
  boolean hasOtherThan(@Nullable Instance failed) {
    var all = instances;
    return all.length > 1 || (all.length == 1 && failed != null && !all[0].equals(failed));
  }

  /** The instances, those that are kept against the registry's word among them. */
  List<Instance> instances() {
    return List.of(instances);
  }

  long silent() {
    return instances().stream().filter(Instance::isSilent).count();
  }

  long unregistered() {
    return instances().stream().filter(Instance::isMissing).count();
  }

  /** True when the probes find every instance hung or dead. */
  boolean isSilent() {
    var all = instances;
    for (var instance : all) {
      if (!instance.isSilent()) {
        return false;
      }
    }
    return all.length > 0;
  }

  /** After a round of probes: what they found is no caller's doing. */
  void judgeBreaker() {
    var now = instances().stream().filter(this::isAble).collect(Collectors.toUnmodifiableSet());
    if (isSilent()) {
      breaker.openForAll();
    } else if (!able.containsAll(now)) {
      breaker.tryAgainWithTheNextCall();
    }
    able = now;
  }

  /** Of one that is only known to be alive no more is known than before. */
  private boolean isAble(Instance instance) {
    return !instance.isSilent()
        && switch (instance.lastFinding()) {
          case READY, CONNECTED -> true;
          case ALIVE -> able.contains(instance);
          case UNREADY, REFUSED, SILENT -> false;
          case null -> false;
        };
  }

  /**
   * Whether a probe has to ask for more than a sign of life: one that starts is alive before it can
   * answer a call, and one that was ready may be no more when calls fail.
   */
  boolean mustBeReady(Instance instance) {
    return instance.isMissing() || !able.contains(instance) || breaker.isOpenForAll();
  }

  /** True when a call can be expected to be answered. */
  boolean answers() {
    return size() > 0 && !isSilent() && !breaker.isOpenForAll();
  }

  /**
   * Takes over what the registry says; an instance that stays keeps its state. After a crash the
   * same address may be registered twice for a while, and is one instance all the same.
   *
   * @return the instances that are missing there from now on, and kept
   */
  List<Instance> update(List<Instance> found) {
    var known = new HashMap<String, Instance>();
    for (var instance : instances) {
      known.put(instance.name(), instance);
    }
    var current = new LinkedHashMap<String, Instance>();
    for (var instance : found) {
      var same = known.getOrDefault(instance.name(), instance);
      same.registered();
      current.putIfAbsent(instance.name(), same);
    }
    known.keySet().removeAll(current.keySet());
    var missing = new ArrayList<Instance>();
    for (var instance : known.values()) {
      var isNew = !instance.isMissing();
      if (instance.keepMissing(System.nanoTime())) {
        current.put(instance.name(), instance);
        if (isNew) {
          log.info("{} is missing from the registry and still asked", instance.name());
          missing.add(instance);
        }
      } else {
        instance.retire();
      }
    }
    instances = current.values().toArray(Instance[]::new);
    return missing;
  }

  /** Forgets all instances. */
  void clear() {
    for (var instance : instances) {
      instance.retire();
    }
    instances = new Instance[0];
    breaker.reset();
  }

  /** The requests that may wait for their head at once. */
  int limit() {
    return permits.limit(places());
  }

  /** Takes a permit among the requests that wait for their head; false means: shed it. */
  boolean enter() {
    if (permits.enter(places())) {
      return true;
    }
    shed.increment();
    return false;
  }

  /** Gives the permit back; nothing was learnt about the service. */
  void leave() {
    permits.leave(Outcome.NEITHER, places());
  }

  /** Gives the permit back after the service answered, or was waited for in vain. */
  void leave(long nanos, Duration deadline, boolean answered) {
    permits.leave(Outcome.of(nanos, deadline, answered), places());
  }

  /**
   * The less loaded of two instances picked at random, leaving out ejected ones and the one that
   * was tried. When all are ejected, any of them: a guess is better than a refusal.
   */
  @Nullable Instance choose(@Nullable Instance tried, long now) {
    var all = instances;
    if (all.length == 0) {
      return null;
    }
    if (all.length == 1) {
      return all[0].equals(tried) ? null : all[0];
    }
    var usable = new Instance[all.length];
    var count = 0;
    for (var instance : all) {
      if (!instance.equals(tried) && instance.isAvailable(now)) {
        usable[count++] = instance;
      }
    }
    if (count == 0) {
      return anyBut(tried, all);
    }
    var random = ThreadLocalRandom.current();
    var first = usable[random.nextInt(count)];
    var second = usable[random.nextInt(count)];
    var chosen = first.inFlight().get() <= second.inFlight().get() ? first : second;
    chosen.tryAgain(now);
    return chosen;
  }

  private static Instance anyBut(@Nullable Instance tried, Instance[] all) {
    var chosen = all[ThreadLocalRandom.current().nextInt(all.length)];
    if (chosen.equals(tried)) {
      chosen = all[0].equals(tried) ? all[1] : all[0];
    }
    return chosen;
  }
}
