package io.gatehouse.defaults.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClientResponseException;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Calls between services, servlet's and reactive ones. */
class CallGuardTest {
  private static final String SERVICE = "user-service";
  private static final int ENOUGH = 5;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final CallGuards guards = new CallGuards(meters);
  private final CallGuard guard = guards.of(SERVICE);
  private final AtomicInteger calls = new AtomicInteger();

  @Test
  void service_isLeftAlone_onceNoConnectionCanBeMade_andAskedAgainSoon() {
    for (var call = 0; call < ENOUGH; call++) {
      fails(() -> guard.onBehalf(failing(refused())), ResourceAccessException.class);
    }
    assertThat(state("open")).isEqualTo(1);
    calls.set(0);
    fails(() -> guard.onBehalf(failing(refused())), CallNotPermittedException.class);
    assertThat(calls).hasValue(0);

    await()
        .ignoreExceptionsInstanceOf(CallNotPermittedException.class)
        .untilAsserted(() -> assertThat(guard.<String>onBehalf(() -> "back")).isEqualTo("back"));
    assertThat(state("closed")).isEqualTo(1);
  }

  static Stream<RuntimeException> whatAPersonsInputMayBringAbout() {
    return Stream.of(
        answer(400),
        answer(429),
        answer(500),
        answer(502),
        answer(503),
        answer(504),
        new ResourceAccessException("late", new SocketTimeoutException("late")),
        new ResourceAccessException("reset", new IOException("reset")),
        new IllegalStateException("no instance"));
  }

  @ParameterizedTest
  @MethodSource("whatAPersonsInputMayBringAbout")
  void person_cannotShutAServiceForOthers_whateverIsSent(RuntimeException came) {
    for (var call = 0; call < 100; call++) {
      fails(() -> guard.onBehalf(failing(came)), came.getClass());
    }

    assertThat(guard.<String>onBehalf(() -> "answered")).isEqualTo("answered");
  }

  @Test
  void trial_ofAPersonWhoseInputFails_isGivenToTheNext() {
    for (var call = 0; call < ENOUGH; call++) {
      fails(() -> guard.own(failing(answer(503))), RestClientResponseException.class);
    }
    await()
        .until(
            () -> {
              try {
                return guard.onBehalf(failing(answer(504))) == null;
              } catch (RestClientResponseException _) {
                return true;
              } catch (CallNotPermittedException _) {
                return false;
              }
            });

    assertThat(guard.<String>onBehalf(() -> "answered")).isEqualTo("answered");
    assertThat(state("closed")).isEqualTo(1);
  }

  static Stream<RuntimeException> whatTellsThatAServiceIsAway() {
    return Stream.of(
        refused(),
        answer(502),
        answer(503),
        answer(504),
        new ResourceAccessException("late", new SocketTimeoutException("late")));
  }

  @ParameterizedTest
  @MethodSource("whatTellsThatAServiceIsAway")
  void pollsOfThePlatform_tellThatAServiceIsAway(RuntimeException came) {
    for (var call = 0; call < ENOUGH; call++) {
      fails(() -> guard.own(failing(came)), came.getClass());
    }

    fails(() -> guard.own(() -> "not asked"), CallNotPermittedException.class);
  }

  @Test
  void answersThatRefuse_sayThatTheServiceWorks() {
    for (var status : new int[] {400, 401, 404, 409, 429, 500}) {
      for (var call = 0; call < ENOUGH; call++) {
        fails(() -> guard.own(failing(answer(status))), RestClientResponseException.class);
      }
    }
    for (var call = 0; call < ENOUGH; call++) {
      fails(() -> guard.own(failing(shed())), RestClientResponseException.class);
    }

    assertThat(state("closed")).isEqualTo(1);
  }

  @Test
  void connectionNeverMade_isTriedOnceMore_andNothingElseIs() {
    assertThat(
            guard.<String>onBehalf(
                () -> {
                  if (calls.incrementAndGet() == 1) {
                    throw refused();
                  }
                  return "answered";
                }))
        .isEqualTo("answered");

    calls.set(0);
    fails(() -> guard.onBehalf(failing(answer(503))), RestClientResponseException.class);
    assertThat(calls).hasValue(1);
  }

  @Test
  void retries_areMade_onlyWhileTheirBudgetLasts() {
    for (var call = 0; call < 1000; call++) {
      guards.reset();
      fails(() -> guard.own(failing(refused())), ResourceAccessException.class);
    }

    assertThat(calls.get() - 1000).as("retries of 1000 calls").isBetween(100, 200);
  }

  @Test
  void answerBeginsInTime_orCountsAsFailed() {
    var client = client(Mono.never());

    for (var call = 0; call < ENOUGH; call++) {
      StepVerifier.withVirtualTime(() -> bodyOf(client))
          .expectSubscription()
          .thenAwait(Duration.ofSeconds(2))
          .verifyError(TimeoutException.class);
    }

    assertThat(state("open")).isEqualTo(1);
  }

  @Test
  void reactiveCall_isTriedOnceMore_andRefusedWhileTheServiceIsAway() {
    var client =
        client(
            Mono.error(
                () -> {
                  calls.incrementAndGet();
                  return new WebClientRequestException(
                      new ConnectException("refused"),
                      HttpMethod.GET,
                      URI.create("http://user-service/"),
                      HttpHeaders.EMPTY);
                }));
    for (var call = 0; call < ENOUGH; call++) {
      fails(() -> bodyOf(client).block(), WebClientRequestException.class);
    }
    assertThat(calls).hasValue(2 * ENOUGH);

    fails(() -> bodyOf(client).block(), CallNotPermittedException.class);
  }

  @Test
  void reactiveAnswer_isHeardByItsStatus() {
    askedOften(ClientResponse.create(HttpStatus.NOT_FOUND).build());
    askedOften(
        ClientResponse.create(HttpStatus.SERVICE_UNAVAILABLE).header("Retry-After", "1").build());
    // The load balancer's, when no instance is registered.
    askedOften(ClientResponse.create(HttpStatus.SERVICE_UNAVAILABLE).build());
    assertThat(state("closed")).isEqualTo(1);

    askedOften(
        ClientResponse.create(HttpStatus.SERVICE_UNAVAILABLE)
            .header("Date", "Sun, 06 Nov 1994 08:49:37 GMT")
            .build());
    assertThat(state("open")).isEqualTo(1);
  }

  private void askedOften(ClientResponse answer) {
    var client = client(Mono.fromSupplier(() -> answer.mutate().build()));
    IntStream.range(0, 10)
        .forEach(
            _ ->
                client.get().exchangeToMono(ClientResponse::releaseBody).onErrorComplete().block());
  }

  private WebClient client(Mono<ClientResponse> answer) {
    var balanced = WebClient.builder().filter((_, _) -> answer);
    return new ServiceClients(balanced, guards, new DefaultSslBundleRegistry()).to(SERVICE).build();
  }

  private static Mono<String> bodyOf(WebClient client) {
    return client.get().uri("/").retrieve().bodyToMono(String.class);
  }

  private double state(String state) {
    return meters
        .get("resilience4j.circuitbreaker.state")
        .tags("name", CallGuards.PREFIX + SERVICE, "state", state)
        .gauge()
        .value();
  }

  private Supplier<String> failing(RuntimeException thrown) {
    return () -> {
      calls.incrementAndGet();
      throw thrown;
    };
  }

  private static void fails(Runnable call, Class<? extends Throwable> thrown) {
    assertThatThrownBy(call::run).isInstanceOf(thrown);
  }

  private static ResourceAccessException refused() {
    return new ResourceAccessException("refused", new ConnectException("refused"));
  }

  private static RestClientResponseException answer(int status) {
    var headers = new HttpHeaders();
    headers.add("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
    return response(status, headers);
  }

  private static RestClientResponseException shed() {
    var headers = new HttpHeaders();
    headers.add(HttpHeaders.RETRY_AFTER, "1");
    return response(503, headers);
  }

  private static RestClientResponseException response(int status, HttpHeaders headers) {
    return new RestClientResponseException(
        "answered " + status, status, "", headers, new byte[0], StandardCharsets.UTF_8);
  }
}
