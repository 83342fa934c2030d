package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** That the other tests would notice who blocks an event loop. */
class BlockHoundTest {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @Test
  void threadOfALoop_mayNotWait() {
    var waits =
        Mono.fromRunnable(() -> LockSupport.parkNanos(1)).subscribeOn(Schedulers.parallel());

    assertThatThrownBy(() -> waits.block(PATIENCE))
        .hasRootCauseInstanceOf(BlockingOperationError.class);
  }

  @Test
  void threadOfALoop_maySpin() {
    var spins =
        Mono.fromCallable(
                () -> {
                  Thread.onSpinWait();
                  return "spun";
                })
            .subscribeOn(Schedulers.parallel());

    assertThat(spins.block(PATIENCE)).isEqualTo("spun");
  }
}
