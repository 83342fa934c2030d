package io.gatehouse.gateway.platform;

import io.gatehouse.defaults.platform.AbandonedAnswers;
import io.gatehouse.gateway.upstreams.Upstreams;
import java.time.Duration;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.netty.http.client.HttpClient;

/** What instances tell on their management ports, which only the platform reaches. */
@Component
class ManagementPorts {
  /** An instance's. */
  static final Duration LIMIT = Duration.ofSeconds(1);

  private static final int MOST_BYTES = 256 * 1024;

  private final Upstreams upstreams;
  private final WebClient client;

  ManagementPorts(Upstreams upstreams) {
    this.upstreams = upstreams;
    this.client =
        WebClient.builder()
            .clientConnector(
                new ReactorClientHttpConnector(
                    AbandonedAnswers.watched(HttpClient.newConnection().responseTimeout(LIMIT))))
            .filter((call, next) -> AbandonedAnswers.released(next.exchange(call)))
            .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(MOST_BYTES))
            .build();
  }

  /**
   * One list for each instance of a service that registered a management port; it fails where an
   * instance does not answer as it should.
   */
  <T> Flux<Flux<T>> ask(String service, String path, ParameterizedTypeReference<T> type) {
    return Flux.fromIterable(upstreams.managementOf(service))
        .map(management -> client.get().uri(management + path).retrieve().bodyToFlux(type));
  }
}
