package io.gatehouse.users.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.defaults.TestRedis;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Redis hung or gone: right answers, and soon. */
class CacheOutageTest extends TwoInstances {

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
}
