package io.gatehouse.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.gateway.Leaks;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpResources;

/** Calls to an instance that says raw bytes; none may leak anything or stay in flight. */
abstract class UpstreamFixture {
  static final Duration WAIT = Duration.ofSeconds(30);
  private static final GuardProperties GUARDS =
      new GuardProperties(
          Duration.ofSeconds(30), WAIT, 100_000, 3, Duration.ofHours(1), Duration.ofHours(1));
  static final String OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

  final EventLoop loop = HttpResources.get().onServer(true).next();
  final UpstreamService service =
      new UpstreamService("order-service", new BreakerProperties(50, WAIT), GUARDS);

  @AfterAll
  static void nothingLeaked() {
    assertThat(Leaks.found()).isEmpty();
  }

  @AfterEach
  void nothingIsInFlight() {
    await().until(() -> service.inFlight() == 0);
    for (var instance : service.instances()) {
      assertThat(instance.inFlight()).hasValue(0);
    }
    service.clear();
  }

  void calling(RawServer... servers) {
    service.update(
        Stream.of(servers)
            .map(server -> new Instance("127.0.0.1", server.port(), 0, Map.of(), WAIT, null))
            .toList());
  }

  Mono<UpstreamAnswer> call(HttpMethod method) {
    return call(request(method, "/"));
  }

  Mono<UpstreamAnswer> call(String uri) {
    return call(request(HttpMethod.GET, uri));
  }

  private Mono<UpstreamAnswer> call(UpstreamRequest request) {
    return Mono.defer(() -> UpstreamCall.of(service, request, "caller", loop, GUARDS));
  }

  static UpstreamRequest request(HttpMethod method, String uri) {
    return new UpstreamRequest(
        method, uri, new DefaultHttpHeaders(), UpstreamRequest.Body.NONE, WAIT, WAIT);
  }

  /** Status and body, or what went wrong. */
  static Mono<String> read(Mono<UpstreamAnswer> call) {
    return call.flatMap(
            answer ->
                body(answer).map(text -> (answer.head().status().code() + " " + text).strip()))
        .onErrorResume(
            failed ->
                Mono.just(failed instanceof ApiException refused ? refused.code() : "broken off"));
  }

  private static Mono<String> body(UpstreamAnswer answer) {
    return switch (answer) {
      case UpstreamAnswer.Whole whole -> Mono.just(text(whole.body()));
      case UpstreamAnswer.Streamed streamed ->
          streamed.body().map(UpstreamFixture::text).reduce("", String::concat);
    };
  }

  static String text(ByteBuf buffer) {
    try {
      return buffer.toString(StandardCharsets.ISO_8859_1);
    } finally {
      buffer.release();
    }
  }

  String get() {
    return read(call(HttpMethod.GET)).block(WAIT);
  }
}
