package io.gatehouse.users.cache;

import static org.awaitility.Awaitility.await;

import io.gatehouse.defaults.platform.RedisProperties;
import io.gatehouse.testing.TcpProxy;
import io.gatehouse.testing.TestRedis;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Two instances of the cache over one real Redis and a database that is a number. */
abstract class TwoInstances {
  static TestRedis redis;

  /** The instances' way to Redis, which tests may lose. */
  static TcpProxy way;

  static RedisClient client;
  static RedisCommands<String, String> direct;

  final UUID id = UUID.randomUUID();
  final AtomicInteger loads = new AtomicInteger();
  volatile long stored = 1;
  Instance here;
  Instance there;

  /** What one process holds. */
  record Instance(
      RedisLink link,
      Unconfirmed unconfirmed,
      UserCache cache,
      CacheRepair repair,
      SimpleMeterRegistry meters) {

    static Instance started(Duration patience) {
      var meters = new SimpleMeterRegistry();
      var link = new RedisLink(new RedisProperties("localhost", way.port(), null, null), patience);
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
    way = new TcpProxy(redis.port());
    client = RedisClient.create("redis://localhost:" + redis.port());
    direct = client.connect().sync();
  }

  @AfterAll
  static void stop() {
    client.shutdown();
    way.close();
    redis.close();
  }

  /** For one command. With the service's own, a busy machine's pause is an outage. */
  Duration patience() {
    return Duration.ofSeconds(10);
  }

  @BeforeEach
  void startInstances() {
    here = Instance.started(patience());
    there = Instance.started(patience());
  }

  @AfterEach
  void stopInstances() {
    here.stop();
    there.stop();
  }

  long read(Instance instance) {
    return instance.cache().read(id, load()).map(Document::version).block();
  }

  void write(Instance instance, long version) {
    instance
        .cache()
        .write(id, Mono.fromCallable(() -> stored = version), TwoInstances::document)
        .block();
  }

  Mono<Document> load() {
    return Mono.fromCallable(
        () -> {
          loads.incrementAndGet();
          return document(stored);
        });
  }

  /** A read whose load has read this version already but gives it only when the gate opens. */
  CompletableFuture<Document> slowRead(Instance instance, Sinks.Empty<Void> gate, long version) {
    var load =
        Mono.defer(
            () -> {
              loads.incrementAndGet();
              return gate.asMono().thenReturn(document(version));
            });
    return instance.cache().read(id, load).toFuture();
  }

  static Document document(long version) {
    return new Document(
        version, ("{\"version\":" + version + "}").getBytes(StandardCharsets.UTF_8));
  }
}
