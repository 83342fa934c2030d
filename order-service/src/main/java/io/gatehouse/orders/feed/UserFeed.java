package io.gatehouse.orders.feed;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.gatehouse.defaults.web.RequestId;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.util.UriBuilder;
import reactor.core.publisher.Mono;

/** user-service's feed, read with a token of this service's own. */
class UserFeed {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration BEFORE_EXPIRY = Duration.ofSeconds(30);

  private final WebClient users;
  private final WebClient issuer;
  private final String secret;
  private final Clock clock;
  private final AtomicReference<@Nullable Access> access = new AtomicReference<>();

  UserFeed(WebClient users, WebClient issuer, String secret, Clock clock) {
    this.users = users;
    this.issuer = issuer;
    this.secret = secret;
    this.clock = clock;
  }

  record Page(List<Item> items, String next) {}

  /** The fields this service uses, of those that user-service publishes. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Item(String position, String type, String userId) {}

  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Grant(String access_token, long expires_in) {}

  private record Access(String token, Instant until) {}

  Mono<Page> after(String position, int limit) {
    return token()
        .flatMap(
            token ->
                users
                    .get()
                    .uri(path -> uri(path, position, limit))
                    .headers(headers -> headers.setBearerAuth(token))
                    .header(RequestId.HEADER, RequestId.create())
                    .retrieve()
                    .onStatus(status -> status.value() == 401, _ -> forget())
                    .bodyToMono(Page.class))
        .timeout(PATIENCE);
  }

  private static URI uri(UriBuilder path, String position, int limit) {
    var uri = path.path("/feed").queryParam("limit", limit);
    return position.isEmpty() ? uri.build() : uri.queryParam("after", "{after}").build(position);
  }

  private Mono<Throwable> forget() {
    access.set(null);
    return Mono.just(new IllegalStateException("the access token was refused"));
  }

  private Mono<String> token() {
    var known = access.get();
    return known != null && clock.instant().isBefore(known.until())
        ? Mono.just(known.token())
        : fetchToken();
  }

  private Mono<String> fetchToken() {
    return issuer
        .post()
        .uri("/oauth2/token")
        .headers(headers -> headers.setBasicAuth("order-service", secret, StandardCharsets.UTF_8))
        .header(RequestId.HEADER, RequestId.create())
        .header(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE)
        .body(
            BodyInserters.fromFormData("grant_type", "client_credentials")
                .with("scope", "internal"))
        .retrieve()
        .bodyToMono(Grant.class)
        .map(
            grant -> {
              var life = Duration.ofSeconds(grant.expires_in());
              var early =
                  life.compareTo(BEFORE_EXPIRY.multipliedBy(2)) > 0
                      ? BEFORE_EXPIRY
                      : life.dividedBy(2);
              access.set(new Access(grant.access_token(), clock.instant().plus(life.minus(early))));
              return grant.access_token();
            });
  }
}
