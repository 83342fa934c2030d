package io.gatehouse.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.gateway.upstreams.ServiceBreaker.Admission;
import io.gatehouse.gateway.upstreams.ServiceBreaker.Outcome;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

class ServiceBreakerTest {
  private static final BreakerProperties LONG = new BreakerProperties(50, Duration.ofMinutes(10));
  private static final BreakerProperties SHORT = new BreakerProperties(50, Duration.ofMillis(1));

  private ServiceBreaker breaker = breaker(LONG, false);

  /** A call and what comes of it. */
  private record Call(String caller, String method, String path, Outcome outcome) {}

  private static ServiceBreaker breaker(BreakerProperties properties, boolean silent) {
    return new ServiceBreaker("order-service", properties, Duration.ofSeconds(5), () -> silent);
  }

  private Admission make(Call call) {
    var admission = breaker.admit(call.caller);
    if (admission != Admission.REFUSED) {
      breaker.record(
          admission, call.outcome, call.caller, RouteShape.of(call.method, call.path), 1);
    }
    return admission;
  }

  private void times(int count, String caller, String path, Outcome outcome) {
    IntStream.range(0, count).forEach(_ -> make(new Call(caller, "GET", path, outcome)));
  }

  private Admission admission(String caller) {
    return make(new Call(caller, "GET", "/", Outcome.NOTHING));
  }

  @Provide
  Arbitrary<List<Call>> whateverAliceSends() {
    return Combinators.combine(
            Arbitraries.of("GET", "POST", "PUT", "DELETE"),
            Arbitraries.of("/api/orders", "/api/orders/7", "/api/orders/stream", "/a/b", "/x"),
            Arbitraries.of(Outcome.ANSWERED, Outcome.SERVER_ERROR, Outcome.NOTHING))
        .as((method, path, outcome) -> new Call("alice", method, path, outcome))
        .list()
        .ofMaxSize(60);
  }

  @Property
  void oneCaller_neverOpensIt_byAnswersOfAnyKind(@ForAll("whateverAliceSends") List<Call> calls) {
    breaker = breaker(LONG, false);

    calls.forEach(call -> assertThat(make(call)).isEqualTo(Admission.GRANTED));

    assertThat(breaker.state()).isEqualTo(State.CLOSED);
  }

  @Provide
  Arbitrary<List<Call>> whateverAliceSends_amongOthersCalls() {
    var alice =
        Combinators.combine(Arbitraries.of("/a", "/b", "/c"), Arbitraries.of(Outcome.values()))
            .as((path, outcome) -> new Call("alice", "GET", path, outcome))
            .filter(call -> call.outcome != Outcome.UNREACHABLE);
    var others =
        Arbitraries.of("bob", "carol", "dave")
            .map(caller -> new Call(caller, "GET", "/a", Outcome.ANSWERED));
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(5, alice), net.jqwik.api.Tuple.of(2, others))
        .list()
        .ofMaxSize(80);
  }

  @Property
  void oneCaller_neverKeepsOthersOut_evenByTimeOutsAndResets(
      @ForAll("whateverAliceSends_amongOthersCalls") List<Call> calls) {
    breaker = breaker(LONG, false);

    for (var call : calls) {
      var admission = make(call);
      if (!call.caller.equals("alice")) {
        assertThat(admission).isNotEqualTo(Admission.REFUSED);
      }
    }
    assertThat(admission("erin")).isNotEqualTo(Admission.REFUSED);
  }

  @ParameterizedTest
  @EnumSource(
      value = Outcome.class,
      names = {"FAILED", "UNREACHABLE"})
  void fiveFailuresInARow_openIt_whoeverCalled(Outcome failure) {
    times(4, "alice", "/", failure);
    assertThat(breaker.state()).isEqualTo(State.CLOSED);

    times(1, "alice", "/", failure);

    assertThat(breaker.state()).isEqualTo(State.OPEN);
    assertThat(admission("alice")).isEqualTo(Admission.REFUSED);
  }

  @Test
  void serverErrors_ofSeveralCallersOnSeveralRoutes_openIt_thoseBeforeIncluded() {
    times(1, "alice", "/a", Outcome.SERVER_ERROR);
    times(1, "bob", "/b", Outcome.SERVER_ERROR);
    times(1, "alice", "/a", Outcome.SERVER_ERROR);
    times(1, "bob", "/b", Outcome.SERVER_ERROR);
    assertThat(breaker.state()).isEqualTo(State.CLOSED);

    times(1, "alice", "/a", Outcome.SERVER_ERROR);

    assertThat(breaker.state()).isEqualTo(State.OPEN);
    assertThat(admission("carol")).isEqualTo(Admission.REFUSED);
  }

  @Test
  void serverErrors_ofSeveralCallersOnOneRoute_orMostlyOfOne_doNotOpenIt() {
    IntStream.range(0, 20)
        .forEach(n -> times(1, "caller" + n, "/api/orders/" + n, Outcome.SERVER_ERROR));
    assertThat(breaker.state()).isEqualTo(State.CLOSED);

    breaker = breaker(LONG, false);
    times(9, "alice", "/a", Outcome.SERVER_ERROR);
    times(1, "bob", "/b", Outcome.SERVER_ERROR);
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void openForOneCaller_isOpenForAll_onceAnotherCallFailsToo() {
    times(5, "alice", "/", Outcome.FAILED);
    assertThat(admission("bob")).isEqualTo(Admission.BESIDE);

    times(1, "bob", "/", Outcome.FAILED);

    assertThat(admission("carol")).isEqualTo(Admission.REFUSED);
  }

  @Test
  void silentInstances_areNoCallersDoing() {
    breaker = breaker(LONG, true);

    times(5, "alice", "/", Outcome.FAILED);

    assertThat(admission("bob")).isEqualTo(Admission.REFUSED);
  }

  @Test
  void halfOpen_isNeitherStuckNorClosed_byACallThatTaughtNothing() {
    breaker = breaker(SHORT, false);
    times(5, "alice", "/", Outcome.UNREACHABLE);
    await().until(() -> breaker.state() == State.HALF_OPEN);

    for (var i = 0; i < 10; i++) {
      assertThat(make(new Call("bob", "GET", "/", Outcome.SERVER_ERROR)))
          .isEqualTo(Admission.GRANTED);
      assertThat(make(new Call("bob", "GET", "/", Outcome.NOTHING))).isEqualTo(Admission.GRANTED);
      assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    }
    times(1, "bob", "/", Outcome.ANSWERED);

    assertThat(breaker.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void instanceThatCameBack_isTriedWithTheNextCall_andByOneOnly() {
    breaker = breaker(LONG, true);
    times(5, "alice", "/", Outcome.UNREACHABLE);
    assertThat(admission("bob")).isEqualTo(Admission.REFUSED);

    breaker.tryAgainWithTheNextCall();

    assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
    assertThat(breaker.isOpenForAll()).isFalse();
    assertThat(breaker.admit("bob")).isEqualTo(Admission.GRANTED);
    assertThat(breaker.admit("carol")).isEqualTo(Admission.REFUSED);
    breaker.record(Admission.GRANTED, Outcome.UNREACHABLE, "bob", 0, 1);
    assertThat(breaker.state()).isEqualTo(State.OPEN);
    assertThat(admission("carol")).isEqualTo(Admission.REFUSED);

    breaker.tryAgainWithTheNextCall();
    times(1, "carol", "/", Outcome.ANSWERED);

    assertThat(breaker.state()).isEqualTo(State.CLOSED);
    breaker.tryAgainWithTheNextCall();
    assertThat(breaker.state()).isEqualTo(State.CLOSED);
  }

  @Test
  void openBreaker_tellsThatItsTimeIsOver() {
    breaker = breaker(SHORT, true);
    times(5, "alice", "/", Outcome.UNREACHABLE);

    await().until(() -> breaker.state() == State.HALF_OPEN);
    assertThat(breaker.isOpenForAll()).isFalse();
  }

  @Test
  void routes_differByMethodAndWords_notByIds() {
    var one = RouteShape.of("GET", "/api/orders/0197-7?limit=3");

    assertThat(RouteShape.of("GET", "/api/orders/anything-0197")).isEqualTo(one);
    assertThat(RouteShape.of("PUT", "/api/orders/0197-7")).isNotEqualTo(one);
    assertThat(RouteShape.of("GET", "/api/users/0197-7")).isNotEqualTo(one);
    assertThat(RouteShape.of("GET", "/api/orders/0197-7/events")).isNotEqualTo(one);
  }

  /**
   * One event loop may meet another one at the breaker's lock; each has a hundred thousand tries.
   */
  @Test
  void loopsThatMeetAtTheBreaker_loseNoCall() {
    var loops = Schedulers.newParallel("meeting", 4);
    try {
      var done =
          Flux.range(0, 4)
              .parallel(4)
              .runOn(loops)
              .doOnNext(_ -> times(100_000, "alice", "/", Outcome.ANSWERED))
              .sequential()
              .count();

      assertThat(done.block()).isEqualTo(4);
    } finally {
      loops.dispose();
    }
  }
}
