package io.gatehouse.users.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.gatehouse.defaults.ApiException;
import io.gatehouse.defaults.ErrorCode;
import io.gatehouse.defaults.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Two instances of the cache over one real Redis and a database that is a number. */
class UserCacheTest {
  private static TestRedis redis;
  private static RedisClient client;
  private static RedisCommands<String, String> direct;

  private final UUID id = UUID.randomUUID();
  private final AtomicInteger loads = new AtomicInteger();
  private volatile long stored = 1;
  private Instance here;
  private Instance there;

  /** What one process holds. */
  private record Instance(
      RedisLink link,
      Unconfirmed unconfirmed,
      UserCache cache,
      CacheRepair repair,
      SimpleMeterRegistry meters) {

    static Instance started() {
      var meters = new SimpleMeterRegistry();
      var link =
          new RedisLink(
              new RedisProperties("localhost", redis.port(), null, null, Duration.ofMillis(50)));
      var commands = new CacheCommands(link);
      var unconfirmed = new Unconfirmed();
      var cache = new UserCache(link, commands, unconfirmed, meters);
      var repair = new CacheRepair(link, commands, unconfirmed, meters);
      repair.start();
      await().until(link::answering);
      return new Instance(link, unconfirmed, cache, repair, meters);
    }

    void stop() {
      repair.stop();
      link.close();
    }

    double reads(String result) {
      return meters.get("users.cache.reads").tag("result", result).counter().count();
    }
  }

  @BeforeAll
  static void start() {
    redis = TestRedis.started();
    client = RedisClient.create("redis://localhost:" + redis.port());
    direct = client.connect().sync();
  }

  @AfterAll
  static void stop() {
    client.shutdown();
    redis.close();
  }

  @BeforeEach
  void startInstances() {
    here = Instance.started();
    there = Instance.started();
  }

  @AfterEach
  void stopInstances() {
    here.stop();
    there.stop();
  }

  @Test
  void read_loadsOnce_andThenHits_onEveryInstance() {
    assertThat(read(here)).isEqualTo(1);
    assertThat(read(here)).isEqualTo(1);
    assertThat(read(there)).isEqualTo(1);

    assertThat(loads).hasValue(1);
    assertThat(here.reads("miss")).isEqualTo(1);
    assertThat(here.reads("hit")).isEqualTo(1);
    assertThat(there.reads("hit")).isEqualTo(1);
  }

  @Test
  void manyReaders_loadOnce() {
    var gate = Sinks.<Void>empty();
    var readers = IntStream.range(0, 50).mapToObj(_ -> slowRead(here, gate, 1)).toList();
    await().untilAtomic(loads, is(1));
    gate.tryEmitEmpty();

    assertThat(readers).allMatch(reader -> reader.join().version() == 1);
    assertThat(loads).hasValue(1);
  }

  @Test
  void missing_isNotRemembered() {
    var missing = Mono.<Document>fromRunnable(loads::incrementAndGet);

    assertThat(here.cache().read(id, missing).blockOptional()).isEmpty();
    assertThat(read(here)).isEqualTo(1);
    assertThat(loads).hasValue(2);
  }

  @Test
  void storedDocument_livesAboutAnHour_butNotAllEqually() {
    var lives =
        IntStream.range(0, 20)
            .mapToObj(
                _ -> {
                  var one = UUID.randomUUID();
                  here.cache().read(one, load()).block();
                  return direct.pttl(CacheCommands.key(one));
                })
            .toList();

    var hour = Duration.ofHours(1).toMillis();
    assertThat(lives).allMatch(life -> life > hour * 89 / 100 && life <= hour);
    assertThat(lives.stream().map(life -> life / 1000).distinct().count()).isGreaterThan(5);
  }

  @Test
  void write_isSeenEverywhere_withoutALoad() {
    read(here);

    write(here, 2);

    assertThat(read(here)).isEqualTo(2);
    assertThat(read(there)).isEqualTo(2);
    assertThat(loads).hasValue(1);
  }

  @Test
  void slowReader_storesNothing_whenAWriterCameBetween() {
    var gate = Sinks.<Void>empty();
    var slow = slowRead(there, gate, 1);
    await().untilAtomic(loads, is(1));

    write(here, 2);
    gate.tryEmitEmpty();
    slow.join();

    assertThat(read(here)).isEqualTo(2);
    assertThat(read(there)).isEqualTo(2);
  }

  @Test
  void slowReader_storesNothing_whenRedisWasFlushedAfterAWriter() {
    var gate = Sinks.<Void>empty();
    var slow = slowRead(there, gate, 1);
    await().untilAtomic(loads, is(1));

    write(here, 2);
    direct.flushall();
    gate.tryEmitEmpty();
    slow.join();

    assertThat(read(here)).isEqualTo(2);
    assertThat(read(there)).isEqualTo(2);
  }

  @Test
  void readerBehindASlowOne_seesAWriteAcknowledgedBeforeItAsked() {
    var gate = Sinks.<Void>empty();
    var slow = slowRead(there, gate, 1);
    await().untilAtomic(loads, is(1));
    write(here, 2);

    var behind = there.cache().read(id, load()).toFuture();
    gate.tryEmitEmpty();

    assertThat(slow.join().version()).isEqualTo(1);
    assertThat(behind.join().version()).isEqualTo(2);
  }

  @Test
  void lateWriter_neverReplacesANewerVersion() {
    read(here);
    var gate = Sinks.<Void>empty();
    var late =
        there.cache().write(id, gate.asMono().thenReturn(2L), UserCacheTest::document).toFuture();
    await().until(() -> direct.get(CacheCommands.key(id)).startsWith("B"));
    write(here, 3);

    gate.tryEmitEmpty();
    late.join();

    assertThat(read(here)).isEqualTo(3);
    assertThat(loads).hasValue(1);
  }

  @Test
  void lateWriter_storesNothing_whenRedisWasFlushedAfterANewerOne() {
    var gate = Sinks.<Void>empty();
    var late =
        there.cache().write(id, gate.asMono().thenReturn(2L), UserCacheTest::document).toFuture();
    await().until(() -> direct.get(CacheCommands.key(id)) != null);
    write(here, 3);
    direct.flushall();

    gate.tryEmitEmpty();
    late.join();

    assertThat(read(here)).isEqualTo(3);
  }

  @Test
  void readers_goToTheDatabase_whileAWriterCommits_orIfItDied() {
    read(here);
    there.cache().write(id, Mono.<Long>never(), UserCacheTest::document).subscribe();
    await().until(() -> direct.get(CacheCommands.key(id)).startsWith("B"));

    stored = 2;

    assertThat(read(here)).isEqualTo(2);
    assertThat(here.reads("bypass")).isEqualTo(1);
    assertThat(direct.pttl(CacheCommands.key(id))).isBetween(1L, 10_000L);
  }

  @Test
  void refusedWrite_leavesNoBar() {
    var refused = ApiException.of(ErrorCode.ALREADY_EXISTS);
    assertThat(
            here.cache()
                .write(id, Mono.<Long>error(refused), UserCacheTest::document)
                .onErrorReturn(0L)
                .block())
        .isZero();
    assertThat(here.cache().write(id, Mono.<Long>empty(), UserCacheTest::document).block())
        .isNull();

    assertThat(direct.get(CacheCommands.key(id))).isNull();
  }

  @Test
  void failedWrite_keepsItsBar_asItMayStillCommit() {
    here.cache()
        .write(
            id,
            Mono.<Long>error(ApiException.of(ErrorCode.SERVICE_UNAVAILABLE)),
            UserCacheTest::document)
        .onErrorComplete()
        .block();

    assertThat(direct.get(CacheCommands.key(id))).startsWith("B");
  }

  @Test
  void deleted_staysDeleted_alsoForASlowReader() {
    var gate = Sinks.<Void>empty();
    var slow = slowRead(there, gate, 1);
    await().untilAtomic(loads, is(1));

    here.cache().delete(id, Mono.just(true)).block();
    gate.tryEmitEmpty();
    slow.join();

    assertThat(there.cache().read(id, load()).blockOptional()).isEmpty();
    assertThat(loads).hasValue(1);
  }

  @Test
  void hungRedis_delaysNobodyLong_andIsRepairedWithinASecond() {
    read(here);
    pause(1_500);

    var started = System.nanoTime();
    write(here, 2);
    assertThat(read(here)).isEqualTo(2);
    assertThat(read(here)).isEqualTo(2);
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(1));
    assertThat(here.unconfirmed().size()).isEqualTo(1);

    await().until(() -> direct.ping().equals("PONG"));
    await()
        .atMost(Duration.ofSeconds(1))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> here.unconfirmed().isEmpty() && here.link().answering());
    await()
        .atMost(Duration.ofSeconds(1))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> there.link().answering());
    assertThat(read(there)).isEqualTo(2);
    assertThat(here.meters().get("users.cache.unconfirmed.writes").counter().count()).isPositive();
    assertThat(here.meters().get("users.cache.repaired.keys").counter().count()).isPositive();
  }

  @Test
  void stoppedRedis_isDoneWithout_andUsedAgainWhenItIsBack() {
    read(here);
    var port = redis.port();
    redis.close();

    assertThat(read(here)).isEqualTo(1);
    write(here, 2);
    assertThat(read(here)).isEqualTo(2);
    assertThat(here.unconfirmed().size()).isEqualTo(1);

    redis = TestRedis.startedOn(port);
    await().until(() -> here.link().answering() && here.unconfirmed().isEmpty());
    assertThat(read(here)).isEqualTo(2);
    var before = loads.get();
    assertThat(read(here)).isEqualTo(2);
    assertThat(loads).hasValue(before);
  }

  @Test
  void moreUnconfirmedWritesThanCanBeNamed_emptyTheWholeCache() {
    read(here);
    LongStream.range(0, Unconfirmed.LIMIT)
        .forEach(number -> here.unconfirmed().mark(new UUID(0, number)));
    here.unconfirmed().mark(id);

    await().until(here.unconfirmed()::isEmpty);

    assertThat(direct.get(CacheCommands.key(id))).isNull();
  }

  private long read(Instance instance) {
    return instance.cache().read(id, load()).map(Document::version).block();
  }

  private void write(Instance instance, long version) {
    instance
        .cache()
        .write(id, Mono.fromCallable(() -> stored = version), UserCacheTest::document)
        .block();
  }

  private Mono<Document> load() {
    return Mono.fromCallable(
        () -> {
          loads.incrementAndGet();
          return document(stored);
        });
  }

  /** A read whose load has read this version already but gives it only when the gate opens. */
  private CompletableFuture<Document> slowRead(
      Instance instance, Sinks.Empty<Void> gate, long version) {
    var load =
        Mono.defer(
            () -> {
              loads.incrementAndGet();
              return gate.asMono().thenReturn(document(version));
            });
    return instance.cache().read(id, load).toFuture();
  }

  /** Redis takes no commands for a while, as if it hung. */
  private static void pause(long millis) {
    direct.dispatch(
        CommandType.CLIENT,
        new StatusOutput<>(StringCodec.UTF8),
        new CommandArgs<>(StringCodec.UTF8).add("PAUSE").add(millis).add("ALL"));
  }

  private static Document document(long version) {
    return new Document(
        version, ("{\"version\":" + version + "}").getBytes(StandardCharsets.UTF_8));
  }
}
