package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.ApiException;
import io.gatehouse.defaults.ErrorCode;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.publisher.Mono;

/** Calls services from inside the gateway, for answers that are composed here. */
@Component
public class UpstreamClient {
  private final WebClient client;

  UpstreamClient(@LoadBalanced WebClient.Builder serviceClients) {
    this.client = serviceClients.clone().build();
  }

  /**
   * One call, guarded like proxied traffic.
   *
   * @param pathAndQuery already encoded
   * @param headers sent as they are, the caller's token and request id among them
   * @param deadline for the whole answer
   * @return the answer; an {@link ApiException} BAD_GATEWAY, SERVICE_UNAVAILABLE or
   *     UPSTREAM_TIMEOUT when there is none
   */
  public Mono<UpstreamResponse> call(
      String service,
      HttpMethod method,
      String pathAndQuery,
      HttpHeaders headers,
      byte @Nullable [] body,
      Duration deadline) {
    var request =
        client
            .method(method)
            .uri(java.net.URI.create("http://" + service + pathAndQuery))
            .headers(target -> target.putAll(headers));
    return (body == null ? request : request.bodyValue(body))
        .exchangeToMono(
            response ->
                response
                    .bodyToMono(byte[].class)
                    .defaultIfEmpty(new byte[0])
                    .map(
                        bytes ->
                            new UpstreamResponse(
                                response.statusCode().value(),
                                response.headers().asHttpHeaders(),
                                bytes)))
        .timeout(deadline)
        .onErrorMap(
            TimeoutException.class, late -> ApiException.of(ErrorCode.UPSTREAM_TIMEOUT, late))
        .onErrorMap(
            WebClientRequestException.class,
            failed -> ApiException.of(ErrorCode.BAD_GATEWAY, failed));
  }
}
