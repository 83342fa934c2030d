package io.gatehouse.gateway.tokens;

import io.gatehouse.defaults.tokens.AccessToken;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The set of what was revoked, held in memory: single tokens, sign-ins, all sign-ins of a subject
 * that began at or before a time, and all tokens of a client that were made until one. Entries live
 * until the last token they hit has expired.
 */
@Component
class Revocations implements RevocationsLoaded {
  private final Clock clock;
  private final ConcurrentMap<String, Instant> tokens = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Instant> signIns = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, List<Entry>> subjects = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Entry> clients = new ConcurrentHashMap<>();
  private volatile boolean loaded;

  Revocations(Clock clock) {
    this.clock = clock;
  }

  /**
   * One revocation, as the auth-server tells it.
   *
   * @param kind {@code jti}, {@code sid}, {@code sub} or {@code client}
   * @param at for {@code sub}: hits sign-ins that began at or before it; for {@code client}: hits
   *     tokens made at or before it
   * @param exceptSid for {@code sub}: a sign-in that goes on
   * @param until when no token is left that it could hit
   * @param ends for {@code sub}: {@code tokens} hits the tokens made at or before {@code at}, while
   *     the sign-ins go on; anything else hits the sign-ins
   */
  record Entry(
      String kind,
      String value,
      Instant at,
      @Nullable String exceptSid,
      Instant until,
      @Nullable String ends) {}

  boolean isRevoked(AccessToken token) {
    if (!tokens.isEmpty() && tokens.containsKey(token.jti())) {
      return true;
    }
    var sid = token.sid();
    if (sid != null && !signIns.isEmpty() && signIns.containsKey(sid)) {
      return true;
    }
    if (!clients.isEmpty() && hitsClient(token)) {
      return true;
    }
    if (subjects.isEmpty()) {
      return false;
    }
    var entries = subjects.get(token.subject());
    return entries != null && entries.stream().anyMatch(entry -> hits(entry, token));
  }

  /** True once the whole set was loaded; it never turns false again. */
  @Override
  public boolean loaded() {
    return loaded;
  }

  /**
   * Takes over an answer of the auth-server, the first of which is the whole set; the same entry
   * may come again. Returns true when something was new.
   */
  boolean add(List<Entry> entries) {
    var changed = false;
    for (var entry : entries) {
      changed |=
          switch (entry.kind()) {
            case "jti" -> tokens.put(entry.value(), entry.until()) == null;
            case "sid" -> signIns.put(entry.value(), entry.until()) == null;
            case "sub" -> addSubject(entry);
            case "client" -> addClient(entry);
            // A newer auth-server's kind: unknown here, and no reason to lose the others.
            default -> false;
          };
    }
    loaded = true;
    return changed;
  }

  private boolean addSubject(Entry entry) {
    var known = subjects.computeIfAbsent(entry.value(), _ -> new CopyOnWriteArrayList<>());
    return !known.contains(entry) && known.add(entry);
  }

  /** The one that reaches furthest holds all that the others do, and as long. */
  private boolean addClient(Entry entry) {
    var before = clients.get(entry.value());
    if (before != null && !entry.at().isAfter(before.at())) {
      return false;
    }
    clients.put(entry.value(), entry);
    return true;
  }

  private boolean hitsClient(AccessToken token) {
    var entry = clients.get(token.clientId());
    return entry != null && !token.madeAt().isAfter(entry.at());
  }

  /** Forgets what can hit no token any more. */
  void purge() {
    var now = clock.instant();
    tokens.values().removeIf(until -> until.isBefore(now));
    signIns.values().removeIf(until -> until.isBefore(now));
    for (var entries : subjects.values()) {
      entries.removeIf(entry -> entry.until().isBefore(now));
    }
    subjects.values().removeIf(List::isEmpty);
    clients.values().removeIf(entry -> entry.until().isBefore(now));
  }

  int size() {
    return tokens.size() + signIns.size() + subjects.size() + clients.size();
  }

  private static boolean hits(Entry entry, AccessToken token) {
    if ("tokens".equals(entry.ends())) {
      return !token.madeAt().isAfter(entry.at());
    }
    var sid = token.sid();
    return (sid == null || !sid.equals(entry.exceptSid()))
        && !token.signedInAt().isAfter(entry.at());
  }
}
