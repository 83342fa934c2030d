package io.gatehouse.users.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.is;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Readers and writers that overtake one another: nobody ever sees older data than was acknowledged.
 */
class CacheRacesTest extends TwoInstances {

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
        there.cache().write(id, gate.asMono().thenReturn(2L), TwoInstances::document).toFuture();
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
        there.cache().write(id, gate.asMono().thenReturn(2L), TwoInstances::document).toFuture();
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
    there.cache().write(id, Mono.<Long>never(), TwoInstances::document).subscribe();
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
                .write(id, Mono.<Long>error(refused), TwoInstances::document)
                .onErrorReturn(0L)
                .block())
        .isZero();
    assertThat(here.cache().write(id, Mono.<Long>empty(), TwoInstances::document).block()).isNull();

    assertThat(direct.get(CacheCommands.key(id))).isNull();
  }

  @Test
  void failedWrite_keepsItsBar_asItMayStillCommit() {
    here.cache()
        .write(
            id,
            Mono.<Long>error(ApiException.of(ErrorCode.SERVICE_UNAVAILABLE)),
            TwoInstances::document)
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
}
