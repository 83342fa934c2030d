package io.gatehouse.defaults.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.jwk.JWKSet;
import io.gatehouse.testing.TcpProxy;
import io.gatehouse.testing.TestTokens;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServer;

/** An issuer that takes connections and never says a word on them. */
class SilentIssuerTest {
  private static final Duration WAIT = Duration.ofSeconds(60);

  @Test
  void fetches_areGivenUpOneByOne_andTheNextIsAnsweredOnceItSpeaks() {
    var published = new JWKSet(new TestTokens().key().toPublicJWK()).toString();
    var issuer =
        HttpServer.create()
            .host("127.0.0.1")
            .handle((_, response) -> response.sendString(Mono.just(published)))
            .bindNow();
    var fetches = new AtomicInteger();
    try (var way = new TcpProxy(issuer.port())) {
      var client = WebClient.create("http://127.0.0.1:" + way.port());
      var keys =
          new SigningKeys(
              Mono.defer(
                  () -> {
                    fetches.incrementAndGet();
                    return client.get().uri("/oauth2/jwks").retrieve().bodyToMono(String.class);
                  }),
              Clock.systemUTC());
      way.lose();
      keys.start();
      try {
        await().atMost(WAIT).until(() -> fetches.get() >= 3);

        assertThat(keys.loaded()).isFalse();
        await()
            .untilAsserted(
                () -> assertThat(way.open()).as("one fetch's connection").isLessThanOrEqualTo(1));
        way.find();
        await().atMost(WAIT).until(keys::loaded);
      } finally {
        keys.stop();
      }
    } finally {
      issuer.disposeNow();
    }
  }
}
