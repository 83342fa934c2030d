package io.gatehouse.auth.keys;

import com.nimbusds.jose.jwk.JWKSet;
import io.gatehouse.auth.AuthProperties;
import io.gatehouse.defaults.platform.SecurityEvents;
import io.gatehouse.defaults.platform.SecurityEvents.Actor;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The keys as this instance sees them now. A key is published {@code lead} before it signs and
 * stays published until the last token it signed has expired.
 */
@Component
public class Keyring {
  // ID tokens live 30 minutes in Spring Authorization Server, whatever access tokens do.
  private static final Duration ID_TOKEN_TTL = Duration.ofMinutes(30);
  private static final Duration MARGIN = Duration.ofMinutes(2);

  private final KeyStore store;
  private final KeyProperties properties;
  private final Clock clock;
  private final Duration overlap;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile List<SigningKey> keys;

  Keyring(KeyStore store, KeyProperties properties, AuthProperties auth, Clock clock) {
    this.store = store;
    this.properties = properties;
    this.clock = clock;
    var longest =
        auth.accessTokenTtl().compareTo(ID_TOKEN_TTL) > 0 ? auth.accessTokenTtl() : ID_TOKEN_TTL;
    this.overlap = longest.plus(MARGIN);
    store.createFirst(properties.algorithm());
    store.createNextUnless(properties.algorithm(), properties.lead()).ifPresent(Keyring::announce);
    this.keys = List.copyOf(store.all());
  }

  /** What a key does at the moment. */
  public enum State {
    PUBLISHED,
    SIGNING,
    RETIRING
  }

  /**
   * A key as people see it.
   *
   * @param publishedAt since when verifiers can know it
   * @param signsFrom when it takes over from its predecessor
   * @param endsAt when it is published no more; null while no successor is known
   */
  public record Shown(
      String id,
      String algorithm,
      State state,
      Instant publishedAt,
      Instant signsFrom,
      @Nullable Instant endsAt) {}

  /** What became of the wish for a new key: the one that comes next, and whether it is new. */
  public record Rotation(Shown next, boolean made) {}

  /** The key that signs now. */
  SigningKey signing() {
    return KeyStore.signingAt(keys, clock.instant());
  }

  /** The public keys that verifiers should know now. */
  JWKSet published() {
    return new JWKSet(
        current().stream().<com.nimbusds.jose.jwk.JWK>map(key -> key.jwk().toPublicJWK()).toList());
  }

  /** All keys that are published, oldest first. */
  public List<Shown> show() {
    var now = clock.instant();
    var all = current();
    var signing = KeyStore.signingAt(keys, now).id();
    var shown = new ArrayList<Shown>();
    for (int i = 0; i < all.size(); i++) {
      var key = all.get(i);
      var state =
          key.id().equals(signing)
              ? State.SIGNING
              : key.signsFrom().isAfter(now) ? State.PUBLISHED : State.RETIRING;
      var ends = i + 1 < all.size() ? all.get(i + 1).signsFrom().plus(overlap) : null;
      shown.add(
          new Shown(key.id(), key.algorithm(), state, key.publishedAt(), key.signsFrom(), ends));
    }
    return shown;
  }

  /** Runs whenever the keys were read again, changed or not. */
  void onReload(Runnable listener) {
    listeners.add(listener);
  }

  /** Makes a new key, published now, that signs after the lead time; unless one waits already. */
  public Rotation rotate() {
    var next = store.createNext(properties.algorithm(), properties.lead());
    if (next.made()) {
      announce(next.key());
    }
    reload();
    return show().stream()
        .filter(shown -> shown.id().equals(next.key().id()))
        .findFirst()
        .map(shown -> new Rotation(shown, next.made()))
        .orElseThrow(() -> new IllegalStateException("the new key was taken out of use"));
  }

  /**
   * Takes a leaked key out of use: its tokens end with the verifiers' next fetch. There is always
   * another one that signs.
   *
   * @return false when there is no such key
   */
  public boolean remove(String id) {
    var removed = store.remove(id, properties.algorithm());
    reload();
    if (removed) {
      SecurityEvents.record(
          "key-removed", Outcome.ALLOWED, new Actor(id, "auth-server", null, null));
    }
    return removed;
  }

  @Scheduled(
      initialDelayString = "${gatehouse.keys.reload:1s}",
      fixedDelayString = "${gatehouse.keys.reload:1s}")
  void keepUp() {
    try {
      reload();
      var changed = false;
      if (store.isDue(keys, properties.rotation(), properties.lead())) {
        store
            .createNextAfter(properties.rotation(), properties.algorithm(), properties.lead())
            .ifPresent(Keyring::announce);
        changed = true;
      }
      if (current().size() < keys.size()) {
        store.deleteReplacedBefore(clock.instant().minus(overlap));
        changed = true;
      }
      if (changed) {
        reload();
      }
    } catch (DataAccessException databaseAway) {
      // The keys in memory serve on; the next run catches up.
    }
  }

  private void reload() {
    keys = List.copyOf(store.all());
    listeners.forEach(Runnable::run);
  }

  private List<SigningKey> current() {
    var all = keys;
    var oldest = clock.instant().minus(overlap);
    var wanted = new ArrayList<SigningKey>();
    for (int i = 0; i < all.size(); i++) {
      var replaced = i + 1 < all.size() && all.get(i + 1).signsFrom().isBefore(oldest);
      if (!replaced) {
        wanted.add(all.get(i));
      }
    }
    return wanted;
  }

  private static void announce(SigningKey next) {
    SecurityEvents.record(
        "key-rotation", Outcome.ALLOWED, new Actor(next.id(), "auth-server", null, null));
  }
}
