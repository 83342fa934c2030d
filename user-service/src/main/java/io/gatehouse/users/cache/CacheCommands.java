package io.gatehouse.users.cache;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Mono;

/** The commands on one key; each is safe to arrive late, twice or never. */
final class CacheCommands {
  private static final String PREFIX = "gatehouse:user:";
  private static final Duration TTL = Duration.ofHours(1);

  /** Longer than a load takes; a lost lease only delays the next one's store. */
  private static final Duration LEASE = Duration.ofSeconds(3);

  /** Longer than a commit can take, so that a writer that dies leaves nothing old behind. */
  private static final Duration BAR = Duration.ofSeconds(10);

  private static final int SCAN_COUNT = 1000;

  /** Stores over one's own lease only. */
  private static final String FILL =
      """
      if redis.call('GET', KEYS[1]) == ARGV[1] then
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        return 1
      end
      return 0
      """;

  /** Removes one's own lease or bar. */
  private static final String RELEASE =
      """
      if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
      return 0
      """;

  /**
   * Writes through: over one's own bar, or over an older version. A lease ends, as its reader may
   * have read what is old now. An absent key stays absent, and another's bar stays: after a flush
   * or beside another writer nobody here knows whether this version is still the newest.
   */
  private static final String WRITE_THROUGH =
      """
      local held = redis.call('GET', KEYS[1])
      if not held then return 0 end
      local version = string.match(held, '^V(%d+)\\n')
      if held == ARGV[1] or (version and tonumber(version) < tonumber(ARGV[3])) then
        redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[4])
        return 1
      end
      if string.sub(held, 1, 1) == 'L' then redis.call('DEL', KEYS[1]) end
      return 0
      """;

  private final RedisLink redis;

  CacheCommands(RedisLink redis) {
    this.redis = redis;
  }

  static byte[] leaseToken() {
    return token('L');
  }

  static byte[] barToken() {
    return token('B');
  }

  Mono<CacheState> get(UUID id) {
    return redis
        .run(commands -> commands.get(key(id)))
        .map(CacheState::of)
        .defaultIfEmpty(CacheState.ABSENT);
  }

  /** Whether the key was absent and the lease is now ours. */
  Mono<Boolean> takeLease(UUID id, byte[] token) {
    return redis
        .run(commands -> commands.set(key(id), token, SetArgs.Builder.nx().px(LEASE)))
        .map(_ -> true)
        .defaultIfEmpty(false);
  }

  Mono<Long> fill(UUID id, byte[] token, Document document) {
    return redis.run(
        commands ->
            commands.eval(
                FILL,
                ScriptOutputType.INTEGER,
                keys(id),
                token,
                CacheState.bytes(document),
                lifetime()));
  }

  Mono<Long> release(UUID id, byte[] token) {
    return redis.run(commands -> commands.eval(RELEASE, ScriptOutputType.INTEGER, keys(id), token));
  }

  Mono<String> bar(UUID id, byte[] token) {
    return redis.run(commands -> commands.set(key(id), token, SetArgs.Builder.px(BAR)));
  }

  Mono<Long> writeThrough(UUID id, byte[] token, Document document) {
    return redis.run(
        commands ->
            commands.eval(
                WRITE_THROUGH,
                ScriptOutputType.INTEGER,
                keys(id),
                token,
                CacheState.bytes(document),
                text(document.version()),
                lifetime()));
  }

  Mono<String> bury(UUID id) {
    return redis.run(
        commands -> commands.set(key(id), CacheState.tombstone(), SetArgs.Builder.px(TTL)));
  }

  /** Makes keys absent, also while Redis counts as away. */
  Mono<Long> forget(List<UUID> ids) {
    var keys = ids.stream().map(CacheCommands::key).toArray(String[]::new);
    return redis.send(commands -> commands.unlink(keys));
  }

  /** Makes every key of this cache absent. */
  Mono<Void> forgetAll() {
    return forgetFrom(ScanCursor.INITIAL);
  }

  private Mono<Void> forgetFrom(ScanCursor position) {
    var ours = ScanArgs.Builder.matches(PREFIX + "*").limit(SCAN_COUNT);
    return redis
        .<KeyScanCursor<String>>send(commands -> commands.scan(position, ours))
        .flatMap(
            found -> {
              var keys = found.getKeys().toArray(String[]::new);
              var gone =
                  keys.length == 0
                      ? Mono.<Void>empty()
                      : redis.send(commands -> commands.unlink(keys)).then();
              return found.isFinished() ? gone : gone.then(Mono.defer(() -> forgetFrom(found)));
            });
  }

  static String key(UUID id) {
    return PREFIX + id;
  }

  private static String[] keys(UUID id) {
    return new String[] {key(id)};
  }

  /** One hour less up to a tenth, so that what was stored together does not expire together. */
  private static byte[] lifetime() {
    return text(TTL.toMillis() - ThreadLocalRandom.current().nextLong(TTL.toMillis() / 10));
  }

  private static byte[] token(char kind) {
    var random = ThreadLocalRandom.current();
    return (kind + Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong()))
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] text(long number) {
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }
}
