package io.gatehouse.defaults.platform;

import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.github.resilience4j.reactor.retry.RetryOperator;
import io.github.resilience4j.reactor.timelimiter.TimeLimiterOperator;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * Clients for other services by their registered name, over TLS where the platform has it. Each
 * call goes through the service's {@link CallGuard}, and its answer has to begin within {@link
 * #HEAD}.
 */
public class ServiceClients {
  private static final Duration HEAD = Duration.ofSeconds(2);

  private final WebClient.Builder balanced;
  private final CallGuards guards;
  private final @Nullable SslContext tls;
  private final TimeLimiter limit;

  /**
   * @param balanced resolves a service's name to an instance
   */
  ServiceClients(WebClient.Builder balanced, CallGuards guards, SslBundles bundles) {
    this(balanced, guards, bundles, HEAD);
  }

  /**
   * @param head within which an answer has to begin
   */
  ServiceClients(WebClient.Builder balanced, CallGuards guards, SslBundles bundles, Duration head) {
    this.balanced = balanced;
    this.guards = guards;
    this.tls = InternalTls.bundle(bundles).map(ServiceClients::context).orElse(null);
    this.limit = TimeLimiter.of(head);
  }

  private static SslContext context(SslBundle bundle) {
    try {
      return SslContextBuilder.forClient()
          .trustManager(bundle.getManagers().getTrustManagerFactory())
          .build();
    } catch (SSLException unusable) {
      throw new IllegalStateException(
          "the SSL bundle '" + InternalTls.BUNDLE + "' cannot be used", unusable);
    }
  }

  /** A client whose paths are this service's. */
  public WebClient.Builder to(String service) {
    var guard = guards.of(service);
    // Before the load balancer's: another try goes to another instance.
    var client =
        balanced
            .clone()
            .baseUrl("http://" + service)
            .filters(filters -> filters.addFirst((call, next) -> guarded(guard, call, next)));
    return client.clientConnector(
        new ReactorClientHttpConnector(AbandonedAnswers.watched(speaking(service))));
  }

  private Mono<ClientResponse> guarded(CallGuard guard, ClientRequest call, ExchangeFunction next) {
    return AbandonedAnswers.released(Mono.defer(() -> next.exchange(call)))
        .transformDeferred(TimeLimiterOperator.of(limit))
        .transformDeferred(RetryOperator.of(guard.retry()))
        .transformDeferred(CircuitBreakerOperator.of(guard.breaker()));
  }

  /** Whether a call's result tells that its service does not work. */
  static boolean isFailure(Object result) {
    return result instanceof ClientResponse answer
        && CallVerdict.of(answer.statusCode(), answer.headers().asHttpHeaders()).isFailure();
  }

  private HttpClient speaking(String service) {
    var context = tls;
    return context == null
        ? HttpClient.create()
        : HttpClient.create()
            .secure(spec -> spec.sslContext(context).serverNames(InternalTls.name(service)));
  }
}
