package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.handler.codec.http2.Http2Error;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/**
 * A flood by several connections at once leaves the gateway's memory where it was. Each kind is
 * sent twice by four, which takes the better part of a minute: a drill.
 */
@Tag("drill")
class Http2FloodMemoryTest extends GatewayFixture {
  private static final int CONNECTIONS = 4;
  private static final int MOST_FRAMES = 20_000;
  private static final int SAMPLED = 50;
  private static final long MIB = 1024 * 1024;

  /** Two of the allocator's largest chunks: which loop takes one first is chance. */
  private static final long CHUNKS = 16 * MIB;

  /** What -XX:MaxDirectMemorySize of the shipped switches allows for everything. */
  private static final long MOST = 64 * MIB;

  private static final ByteBufAllocatorMetric BUFFERS =
      ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.gatehouse.gateway.Http2FloodTest#floods")
  void flood_holdsLittle_andLeavesNothing(
      String name, Http2Error code, BiConsumer<Http2Wire, Integer> frame) {
    ORDERS.answering((_, _) -> Mono.never());
    var before = buffers();
    var peak = flood(frame);
    var buffersAfterOne = buffers();
    var heapAfterOne = heap();

    peak = Math.max(peak, flood(frame));

    assertThat(peak - before).as("held in buffers meanwhile").isLessThan(MOST);
    assertThat(buffers() - buffersAfterOne).as("left in buffers").isLessThanOrEqualTo(CHUNKS);
    assertThat(heap() - heapAfterOne).as("left in the heap").isLessThan(CHUNKS);
  }

  /** All connections at once, until the gateway has closed each; gives the most that was held. */
  private long flood(BiConsumer<Http2Wire, Integer> frame) {
    var peak = buffers();
    var wires =
        IntStream.range(0, CONNECTIONS).mapToObj(_ -> Http2Wire.connected(https.port())).toList();
    var open = new ArrayList<>(wires);
    for (var i = 0; i < MOST_FRAMES && !open.isEmpty(); i++) {
      var number = i;
      open.removeIf(wire -> !Http2FloodTest.sends(wire, frame, number));
      if (i % SAMPLED == 0) {
        peak = Math.max(peak, buffers());
      }
    }
    peak = Math.max(peak, buffers());
    wires.forEach(Http2Wire::close);
    await().atMost(Duration.ofSeconds(30)).until(() -> ORDERS.running() == 0);
    ORDERS.received().clear();
    return peak;
  }

  private static long buffers() {
    return BUFFERS.usedDirectMemory() + BUFFERS.usedHeapMemory();
  }

  /** What is left once nobody holds it. */
  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
