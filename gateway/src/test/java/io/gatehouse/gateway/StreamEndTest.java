package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.uuid.Generators;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Event streams through the door, and every way in which their token can be revoked. */
@ParameterizedClass
@EnumSource(Wire.class)
class StreamEndTest extends GatewayFixture {
  private static final String EVENT = "data: 1\n\n";

  private final String subject = UUID.randomUUID().toString();
  private final String sid = Generators.timeBasedEpochGenerator().generate().toString();
  private final String jti = Generators.timeBasedEpochGenerator().generate().toString();
  private final String token =
      TOKENS.token(claims -> claims.subject(subject).claim("sid", sid).jwtID(jti));

  @BeforeEach
  void streaming() {
    streamingAfter(Mono.empty());
  }

  private static void streamingAfter(Mono<Void> sign) {
    ORDERS.answering(
        (_, response) ->
            sign.then(
                Mono.from(
                    response
                        .sse()
                        .sendString(
                            Flux.concat(Mono.just(EVENT), Flux.never()), StandardCharsets.UTF_8))));
  }

  @AfterEach
  void nothingRevoked() {
    REVOKED.set("");
  }

  private CompletableFuture<HttpResponse<String>> stream(String with) {
    var request = request("/api/orders/stream", with).build();
    return client(request).sendAsync(request, BodyHandlers.ofString());
  }

  private void revoke(String kind, String value, String exceptSid, String ends) {
    REVOKED.set(
        "{\"kind\":\"%s\",\"value\":\"%s\",\"at\":\"%s\",\"exceptSid\":\"%s\",\"until\":\"%s\",\"ends\":\"%s\"}"
            .formatted(
                kind,
                value,
                Instant.now().plusSeconds(1),
                exceptSid,
                Instant.now().plusSeconds(900),
                ends));
  }

  /** What the auth-server tells of each, where S, F and T are this subject, sign-in and token. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "revocation endpoint, jti, T, -, -",
    "logout, sid, F, -, -",
    "sign-in ended by its user, sid, F, -, -",
    "refresh token used twice, sid, F, -, -",
    "password changed in another sign-in, sub, S, another, sign-ins",
    "account deleted or locked, sub, S, -, sign-ins",
    "role changed, sub, S, -, tokens"
  })
  void stream_ends_whenItsTokenIsRevoked_andNoOther(
      String way, String kind, String whose, String exceptSid, String ends) {
    var revoked = stream(token);
    var other = stream(TOKENS.user("another-" + way.length()));
    await().until(() -> ORDERS.running() == 2);

    var value = whose.equals("T") ? jti : whose.equals("F") ? sid : subject;
    revoke(kind, value, exceptSid, ends);

    assertThat(revoked.orTimeout(30, TimeUnit.SECONDS).join().body()).isEqualTo(EVENT);
    assertThat(other).isNotDone();
    other.cancel(true);
    await().until(() -> ORDERS.running() == 0);
  }

  @Test
  void stream_ends_whenItsTokenIsRevoked_beforeTheServiceAnswers() {
    var sign = Sinks.<Void>empty();
    streamingAfter(sign.asMono());
    var late = stream(token);
    await().until(() -> ORDERS.running() == 1);
    revoke("jti", jti, "-", "-");
    await().until(() -> get("/api/users/me", token).statusCode() == 401);

    sign.tryEmitEmpty();

    assertThat(late.orTimeout(30, TimeUnit.SECONDS).join().statusCode()).isEqualTo(200);
  }
}
