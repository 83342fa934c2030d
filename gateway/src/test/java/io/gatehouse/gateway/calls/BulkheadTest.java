package io.gatehouse.gateway.calls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

class BulkheadTest {
  private final Bulkhead bulkhead = new Bulkhead(2);
  private final List<String> begun = new ArrayList<>();

  @Test
  void callsBeyondTheRoom_waitInOrder() {
    var calls = IntStream.range(0, 4).mapToObj(_ -> Sinks.<String>one()).toList();
    for (var i = 0; i < 4; i++) {
      enter("call " + i, calls.get(i));
    }
    assertThat(begun).containsExactly("call 0", "call 1");

    var _ = calls.get(1).tryEmitValue("done");

    assertThat(begun).containsExactly("call 0", "call 1", "call 2");
  }

  @Test
  void cancelledCalls_takeNoRoom_whetherTheyRunOrWait() {
    var running = enter("running", Sinks.one());
    enter("stays", Sinks.one());
    var waiting = enter("waiting", Sinks.one());
    enter("next", Sinks.one());

    waiting.dispose();
    running.dispose();

    assertThat(begun).containsExactly("running", "stays", "next");
    assertThat(bulkhead.free()).isZero();
  }

  @Test
  void thousandCallsThatEndAtOnce_needNoStack() {
    var first = Sinks.<String>one();
    var second = Sinks.<String>one();
    enter("first", first);
    enter("second", second);
    for (var i = 0; i < 10_000; i++) {
      enter("failing", Mono.error(new IllegalStateException("at once")));
    }

    var _ = first.tryEmitValue("done");
    var _ = second.tryEmitValue("done");

    assertThat(begun).hasSize(10_002);
    assertThat(bulkhead.free()).isEqualTo(2);
  }

  @Test
  void room_isWholeAgain_whenManyThreadsHaveComeAndGone() {
    Flux.range(0, 20_000)
        .flatMap(
            i -> {
              var call = bulkhead.pass(Mono.just(i).publishOn(Schedulers.parallel()));
              return i % 3 == 0 ? call.takeUntilOther(Mono.just(i)) : call;
            },
            64)
        .blockLast();

    assertThat(bulkhead.free()).isEqualTo(2);
  }

  private Disposable enter(String name, Sinks.One<String> result) {
    return enter(name, result.asMono());
  }

  private Disposable enter(String name, Mono<String> result) {
    var call =
        Mono.defer(
            () -> {
              begun.add(name);
              return result;
            });
    return bulkhead.pass(call).onErrorComplete().subscribe();
  }
}
