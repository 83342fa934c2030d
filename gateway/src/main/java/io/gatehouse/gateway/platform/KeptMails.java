package io.gatehouse.gateway.platform;

import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.platform.Loopback;
import java.util.List;
import java.util.Optional;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The newest mails that user-service keeps instead of sending them, which it does on a laptop only:
 * elsewhere nobody is asked. They lie in its database, so any instance tells them all.
 */
@Component
class KeptMails {
  private static final int NEWEST = 20;
  private static final ParameterizedTypeReference<Mail> MAIL =
      new ParameterizedTypeReference<>() {};

  private final ManagementPorts ports;
  private final boolean onLaptop;
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

  KeptMails(ManagementPorts ports, GatehouseProperties platform) {
    this.ports = ports;
    this.onLaptop = Loopback.is(platform.publicUrl().getHost());
  }

  /** Newest first; empty where none are kept. While nobody answers, what was told last. */
  Mono<Optional<List<Mail>>> newest() {
    if (!onLaptop) {
      return Mono.just(Optional.empty());
    }
    return ports
        .ask("user-service", "/actuator/mails?newest=" + NEWEST, MAIL)
        .concatMap(KeptMails::told)
        .next()
        .timeout(ManagementPorts.LIMIT.multipliedBy(2), Mono.empty())
        .doOnNext(told -> last = told)
        .switchIfEmpty(Mono.fromSupplier(() -> last));
  }

  /** Empty, too, when the instance does not answer. */
  private static Mono<Optional<List<Mail>>> told(Flux<Mail> one) {
    return one.collectList()
        .map(mails -> Optional.of(mails.reversed()))
        .onErrorReturn(WebClientResponseException.NotFound.class, Optional.empty())
        .onErrorComplete();
  }
}
