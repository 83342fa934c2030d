package io.gatehouse.auth.keys;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
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
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The keys as this instance sees them now. A key is published {@code lead} before it signs and
 * stays published until the last token it signed has expired.
 */
@Component
class Keyring {
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
    store.createFirst();
    this.keys = List.copyOf(store.all());
  }

  /** What a key does at the moment. */
  enum State {
    PUBLISHED,
    SIGNING,
    RETIRING
  }

  record Shown(String id, State state, Instant signsFrom) {}

  /** The key that signs now. */
  RSAKey signing() {
    return signingAt(clock.instant()).jwk();
  }

  /** The public keys that verifiers should know now. */
  JWKSet published() {
    return new JWKSet(
        current().stream().<com.nimbusds.jose.jwk.JWK>map(key -> key.jwk().toPublicJWK()).toList());
  }

  List<Shown> show() {
    var now = clock.instant();
    var signing = signingAt(now).id();
    return current().stream()
        .map(
            key ->
                new Shown(
                    key.id(),
                    key.id().equals(signing)
                        ? State.SIGNING
                        : key.signsFrom().isAfter(now) ? State.PUBLISHED : State.RETIRING,
                    key.signsFrom()))
        .toList();
  }

  /** Runs whenever the keys were read again, changed or not. */
  void onReload(Runnable listener) {
    listeners.add(listener);
  }

  /** The operator's command: a new key, published now, that signs after the lead time. */
  void rotate() {
    announce(store.createNext(properties.lead()));
    reload();
  }

  @Scheduled(
      initialDelayString = "${gatehouse.keys.reload:10s}",
      fixedDelayString = "${gatehouse.keys.reload:10s}")
  void keepUp() {
    try {
      store.createNextAfter(properties.rotation(), properties.lead()).ifPresent(Keyring::announce);
      store.deleteReplacedBefore(clock.instant().minus(overlap));
      reload();
    } catch (DataAccessException databaseAway) {
      // The keys in memory serve on; the next run catches up.
    }
  }

  private void reload() {
    keys = List.copyOf(store.all());
    listeners.forEach(Runnable::run);
  }

  private SigningKey signingAt(Instant now) {
    var all = keys;
    var signing = all.getFirst();
    for (var key : all) {
      if (!key.signsFrom().isAfter(now)) {
        signing = key;
      }
    }
    return signing;
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
