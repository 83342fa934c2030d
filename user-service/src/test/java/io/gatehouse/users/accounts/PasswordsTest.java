package io.gatehouse.users.accounts;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.defaults.web.ApiException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class PasswordsTest {
  private final Passwords passwords = new Passwords(new SimpleMeterRegistry());
  private final CountDownLatch gate = new CountDownLatch(1);

  @AfterEach
  void stop() {
    gate.countDown();
    passwords.destroy();
  }

  @Test
  void oneCaller_getsAShareOfTheHashing_andOthersTheRest() {
    var theirs =
        Stream.generate(() -> waiting("192.0.2.1").toFuture()).limit(Passwords.PER_CALLER).toList();

    var oneMore = waiting("192.0.2.1").toFuture();
    var others = waiting("192.0.2.2").toFuture();

    // Told at once, or it would wait behind the gate.
    assertThat(oneMore).isCompletedExceptionally();
    assertThat(oneMore.exceptionNow())
        .isInstanceOfSatisfying(
            ApiException.class,
            refused -> {
              assertThat(refused.code()).isEqualTo("SERVICE_UNAVAILABLE");
              assertThat(refused.headers()).containsKey("Retry-After");
            });
    gate.countDown();
    theirs.forEach(CompletableFuture::join);
    others.join();
    waiting("192.0.2.1").block();
  }

  @Test
  void ipv6Network_isOneCaller() {
    var theirs =
        IntStream.range(0, Passwords.PER_CALLER)
            .mapToObj(i -> waiting("2001:db8:7:1::" + i).toFuture())
            .toList();

    var sibling = waiting("2001:db8:7:1:ffff::1").toFuture();
    var others = waiting("2001:db8:7:2::1").toFuture();

    assertThat(sibling).isCompletedExceptionally();
    gate.countDown();
    theirs.forEach(CompletableFuture::join);
    others.join();
  }

  private Mono<String> waiting(String caller) {
    return passwords
        .run(
            () -> {
              gate.await();
              return caller;
            })
        .contextWrite(Passwords.sharedBy(caller));
  }
}
