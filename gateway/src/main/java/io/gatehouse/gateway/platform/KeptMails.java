package io.gatehouse.gateway.platform;

import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.platform.Loopback;
import io.gatehouse.gateway.upstreams.Upstreams;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * The newest mails that user-service keeps instead of sending them, which it does on a laptop only:
 * elsewhere nobody is asked. They lie in its database, so any instance tells them all.
 */
@Component
class KeptMails {
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final int NEWEST = 20;
  private static final int MOST_BYTES = 256 * 1024;

  private final Upstreams upstreams;
  private final boolean onLaptop;
  private final WebClient client;
  private volatile Optional<List<Mail>> last = Optional.empty();

  /**
   * One of them.
   *
   * @param at RFC 3339
   * @param text plain; a link in it is whole on one line
   */
  record Mail(String at, String to, String subject, String text) {
    /** Links in it are keys to accounts. */
    @Override
    public String toString() {
      return "Mail[withheld]";
    }
  }

  KeptMails(Upstreams upstreams, GatehouseProperties platform) {
    this.upstreams = upstreams;
    this.onLaptop = Loopback.is(platform.publicUrl().getHost());
    this.client =
        WebClient.builder()
            .clientConnector(
                new ReactorClientHttpConnector(HttpClient.newConnection().responseTimeout(LIMIT)))
            .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(MOST_BYTES))
            .build();
  }

  /** Newest first; empty where none are kept. While nobody answers, what was told last. */
  Mono<Optional<List<Mail>>> newest() {
    if (!onLaptop) {
      return Mono.just(Optional.empty());
    }
    return Flux.fromIterable(upstreams.managementOf("user-service"))
        .concatMap(management -> ask(management + "/actuator/mails?newest=" + NEWEST))
        .next()
        .timeout(LIMIT.multipliedBy(2), Mono.empty())
        .doOnNext(told -> last = told)
        .switchIfEmpty(Mono.fromSupplier(() -> last));
  }

  /** Empty, too, when the instance does not answer. */
  private Mono<Optional<List<Mail>>> ask(String url) {
    return client
        .get()
        .uri(url)
        .retrieve()
        .bodyToFlux(Mail.class)
        .collectList()
        .map(mails -> Optional.of(mails.reversed()))
        .onErrorReturn(WebClientResponseException.NotFound.class, Optional.empty())
        .onErrorComplete();
  }
}
