package io.gatehouse.gateway.tokens;

import io.gatehouse.defaults.platform.Polling;
import io.gatehouse.defaults.platform.ServiceClients;
import io.gatehouse.gateway.upstreams.OpenStreams;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * Keeps {@link Revocations} up to date: asks the auth-server every 250 ms for what was added, with
 * an overlap of 30 s. When it is away the gateway goes on with what it knows, and {@code
 * gateway_revocations_age_seconds} grows.
 */
@Component
class RevocationPoller extends Polling {
  private static final Logger log = LoggerFactory.getLogger(RevocationPoller.class);
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration OVERLAP = Duration.ofSeconds(30);

  private final Revocations revocations;
  private final OpenStreams streams;
  private final JsonMapper json;
  private final WebClient client;
  private final Counter failures;
  private volatile @Nullable Instant asOf;
  private volatile long answeredAt = System.nanoTime();
  private volatile boolean reachable = true;

  RevocationPoller(
      Revocations revocations,
      OpenStreams streams,
      ServiceClients services,
      TokenProperties properties,
      JsonMapper json,
      MeterRegistry meters) {
    super("polling for revocations");
    this.revocations = revocations;
    this.streams = streams;
    this.json = json;
    this.client =
        services
            .to("auth-server")
            .defaultHeaders(headers -> headers.setBasicAuth("gateway", properties.gatewaySecret()))
            .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(16 * 1024 * 1024))
            .build();
    this.failures = meters.counter("gateway.revocations.failures");
    Gauge.builder("gateway.revocations.age", this, RevocationPoller::ageInSeconds)
        .description("Since the auth-server last told what is revoked")
        .baseUnit("seconds")
        .register(meters);
    Gauge.builder("gateway.revocations.size", revocations, Revocations::size).register(meters);
  }

  /** What the auth-server answers. */
  private record Answer(Instant asOf, List<Revocations.Entry> entries) {}

  private double ageInSeconds() {
    return (System.nanoTime() - answeredAt) / 1e9;
  }

  private Mono<Void> poll() {
    return Mono.defer(
            () -> {
              var last = asOf;
              var path = "/internal/revocations";
              return client
                  .get()
                  .uri(
                      uri ->
                          last == null
                              ? uri.path(path).build()
                              : uri.path(path).queryParam("since", last.minus(OVERLAP)).build())
                  .retrieve()
                  // As text whatever its type: of one that is no JSON, the rest would be cut off.
                  .bodyToMono(String.class)
                  .timeout(TIMEOUT)
                  .map(text -> json.readValue(text, Answer.class));
            })
        .doOnNext(this::adopt)
        .then()
        .onErrorResume(this::missed);
  }

  private void adopt(Answer answer) {
    if (revocations.add(answer.entries())) {
      streams.endIf(revocations::isRevoked);
    }
    revocations.purge();
    asOf = answer.asOf();
    answeredAt = System.nanoTime();
    if (!reachable) {
      reachable = true;
      log.info("revocations are up to date again");
    }
  }

  private Mono<Void> missed(Throwable error) {
    failures.increment();
    if (reachable && revocations.loaded()) {
      reachable = false;
      log.warn(
          "revocations cannot be fetched; serving with what is known: {}",
          error.getClass().getSimpleName());
    }
    return Mono.empty();
  }

  @Override
  protected Mono<Duration> pollOnce() {
    return poll().thenReturn(PAUSE);
  }

  /** Stops late: requests are served while the gateway drains. */
  @Override
  public int getPhase() {
    return 0;
  }
}
