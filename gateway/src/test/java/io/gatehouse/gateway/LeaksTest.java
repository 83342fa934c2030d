package io.gatehouse.gateway;

import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** That the other tests would notice. */
class LeaksTest {

  @AfterEach
  void forget() {
    Leaks.forget();
  }

  @Test
  void lostBuffer_isFound() {
    PooledByteBufAllocator.DEFAULT.directBuffer(16).touch("lost on purpose");

    await().until(() -> Leaks.found().stream().anyMatch(found -> found.contains("on purpose")));
  }
}
