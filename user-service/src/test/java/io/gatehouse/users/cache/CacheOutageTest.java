package io.gatehouse.users.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testing.TestRedis;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Redis hung or gone: right answers, and soon. */
class CacheOutageTest extends TwoInstances {

  @Override
  Duration patience() {
    return Duration.ofMillis(50);
  }

  /** Its connections never answer again, so whoever waited for them would wait for ever. */
  @Test
  void silentRedis_isNotWaitedFor_andRepairedOverAnotherConnection() {
    read(here);
    way.lose();

    write(here, 2);
    assertThat(read(here)).isEqualTo(2);
    assertThat(read(here)).isEqualTo(2);
    assertThat(read(there)).isEqualTo(2);
    assertThat(here.unconfirmed().size()).isEqualTo(1);

    way.find();
    await().until(() -> here.unconfirmed().isEmpty() && here.link().answering());
    await()
        .until(
            () -> {
              assertThat(read(there)).isEqualTo(2);
              return there.reads("hit") > 0;
            });
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
