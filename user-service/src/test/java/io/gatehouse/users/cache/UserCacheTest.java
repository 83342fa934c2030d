package io.gatehouse.users.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What a cache-aside read and a write-through do when nothing is wrong. */
class UserCacheTest extends TwoInstances {

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
}
