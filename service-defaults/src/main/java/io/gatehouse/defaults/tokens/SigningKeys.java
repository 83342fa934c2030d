package io.gatehouse.defaults.tokens;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWKSet;
import io.gatehouse.defaults.platform.Polling;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The issuer's public keys, fetched in the background and held in memory.
 *
 * <p>No request ever waits for a fetch: an unknown key id is refused and asks for one refresh, at
 * most one every 30 seconds and one in flight. When the issuer is away the last good keys stay.
 */
public class SigningKeys extends Polling {
  private static final Logger log = LoggerFactory.getLogger(SigningKeys.class);
  private static final Duration FIRST_LOAD_RETRY = Duration.ofMillis(300);

  /** A key that was taken out of use counts no longer than 15 s, one missed fetch included. */
  private static final Duration REFRESH = Duration.ofSeconds(5);

  private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration UNKNOWN_KEY_PAUSE = Duration.ofSeconds(30);

  private final Mono<String> fetch;
  private final Clock clock;
  private final AtomicReference<Map<String, IssuerKey>> keys = new AtomicReference<>(Map.of());
  private final AtomicBoolean fetching = new AtomicBoolean();
  private final AtomicReference<Instant> lastUnknownKey = new AtomicReference<>(Instant.MIN);
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

  /**
   * Keys that are not loaded until {@link #start()}.
   *
   * @param fetch the issuer's JWK set as JSON; subscribed to once per fetch
   */
  public SigningKeys(Mono<String> fetch, Clock clock) {
    super("fetching the signing keys");
    this.fetch = fetch;
    this.clock = clock;
  }

  /**
   * The issuer's own keys, for itself. Not loaded until {@link #start()} either.
   *
   * @param published its JWK set as JSON; called where blocking is no harm
   */
  public static SigningKeys of(Supplier<String> published, Clock clock) {
    return new SigningKeys(
        Mono.fromSupplier(published).subscribeOn(Schedulers.boundedElastic()), clock);
  }

  /** True once keys were loaded; it never turns false again. */
  public boolean loaded() {
    return !keys.get().isEmpty();
  }

  /** Runs after every change of the key set. */
  public void onChange(Runnable listener) {
    listeners.add(listener);
  }

  /** The key of this id, or null when the issuer has not published it. */
  @Nullable IssuerKey find(@Nullable String keyId) {
    if (keyId == null) {
      return null;
    }
    var found = keys.get().get(keyId);
    if (found == null && mayAskForUnknownKey()) {
      refreshSoon();
    }
    return found;
  }

  private boolean mayAskForUnknownKey() {
    var now = clock.instant();
    var last = lastUnknownKey.get();
    return now.isAfter(last.equals(Instant.MIN) ? last : last.plus(UNKNOWN_KEY_PAUSE))
        && lastUnknownKey.compareAndSet(last, now);
  }

  /** Has them fetched once and waits for nothing. */
  public void refreshSoon() {
    refresh().subscribe();
  }

  /** Fetches once, unless a fetch is in flight; completes empty whatever happens. */
  public Mono<Void> refresh() {
    return Mono.defer(
        () -> {
          if (!fetching.compareAndSet(false, true)) {
            return Mono.empty();
          }
          return fetch
              .timeout(FETCH_TIMEOUT)
              .doOnNext(this::adopt)
              .onErrorResume(
                  error -> {
                    log.debug("signing keys not fetched: {}", error.toString());
                    return Mono.empty();
                  })
              .doFinally(_ -> fetching.set(false))
              .then();
        });
  }

  private void adopt(String json) {
    var fresh = parse(json);
    if (fresh.isEmpty() || fresh.keySet().equals(keys.get().keySet())) {
      return;
    }
    keys.set(Map.copyOf(fresh));
    log.info("signing keys in use: {}", fresh.keySet());
    listeners.forEach(Runnable::run);
  }

  private static Map<String, IssuerKey> parse(String json) {
    try {
      var found = new HashMap<String, IssuerKey>();
      for (var key : JWKSet.parse(json).getKeys()) {
        if (key.getKeyID() != null) {
          IssuerKey.of(key).ifPresent(known -> found.put(key.getKeyID(), known));
        }
      }
      return found;
    } catch (ParseException | JOSEException unusable) {
      throw new IllegalArgumentException("the issuer's key set is unusable", unusable);
    }
  }

  @Override
  protected Mono<Duration> pollOnce() {
    return refresh().then(Mono.fromSupplier(() -> loaded() ? REFRESH : FIRST_LOAD_RETRY));
  }
}
