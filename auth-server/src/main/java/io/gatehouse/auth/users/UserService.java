package io.gatehouse.auth.users;

import io.gatehouse.defaults.platform.InternalTls;
import io.gatehouse.defaults.web.ErrorBody;
import io.gatehouse.defaults.web.RequestId;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/** Calls user-service by its registered name. Every wait is bounded. */
@Component
public class UserService {
  private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(500);
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);

  private final ServiceToken token;
  private final RestClient calls;
  private final RestClient polls;

  UserService(@LoadBalanced RestClient.Builder clients, ServiceToken token, SslBundles bundles) {
    this.token = token;
    var http = http(bundles);
    this.calls = client(clients, http, TIMEOUT);
    this.polls = client(clients, http, POLL_TIMEOUT);
  }

  private static HttpClient http(SslBundles bundles) {
    var http = HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT);
    InternalTls.bundle(bundles)
        .ifPresent(
            bundle ->
                http.sslContext(bundle.createSslContext())
                    .sslParameters(InternalTls.expecting("user-service")));
    return http.build();
  }

  private record Credentials(String email, String password, @Nullable String ip) {}

  private record NewUser(String email, String name, String password) {}

  /**
   * One entry of user-service's revocation set; see docs/between-services.md.
   *
   * @param ends {@code tokens} when sign-ins go on; {@code sign-ins} or null when they end, too
   */
  public record Revoked(
      String kind,
      String value,
      Instant at,
      @Nullable String exceptSid,
      Instant until,
      @Nullable String ends) {

    public boolean endsSignIns() {
      return !"tokens".equals(ends);
    }
  }

  /** What was added since, and up to when that is complete. */
  public record RevokedSet(Instant asOf, List<Revoked> entries) {}

  /** What came of a sign-up. */
  public sealed interface SignUp {
    record Done() implements SignUp {}

    record Refused(int status, List<ErrorBody.Problem> problems) implements SignUp {}
  }

  /**
   * The user these credentials belong to; empty when they are wrong or the account is locked.
   *
   * @throws UserServiceUnavailable when there is no answer
   */
  public Optional<User> verify(String email, String password, @Nullable String ip) {
    return answered(
        () ->
            calls
                .post()
                .uri("/internal/credentials/verification")
                .headers(this::identify)
                .contentType(MediaType.APPLICATION_JSON)
                .body(new Credentials(email, password, ip))
                .exchange(
                    (_, response) ->
                        switch (response.getStatusCode().value()) {
                          case 200 -> Optional.ofNullable(response.bodyTo(User.class));
                          // 400: what can be no email or password of ours is wrong, too.
                          case 400, 401 -> Optional.empty();
                          default -> throw unexpected(response.getStatusCode());
                        }));
  }

  /**
   * The user as of now; empty once deleted.
   *
   * @throws UserServiceUnavailable when there is no answer
   */
  public Optional<User> find(String id) {
    return answered(
        () ->
            calls
                .get()
                .uri("/internal/users/{id}", id)
                .headers(this::identify)
                .exchange(
                    (_, response) ->
                        switch (response.getStatusCode().value()) {
                          case 200 -> Optional.ofNullable(response.bodyTo(User.class));
                          case 404 -> Optional.empty();
                          default -> throw unexpected(response.getStatusCode());
                        }));
  }

  /**
   * Creates a user.
   *
   * @throws UserServiceUnavailable when there is no answer
   */
  public SignUp signUp(String email, String name, String password) {
    return answered(
        () ->
            calls
                .post()
                .uri("/api/users")
                .headers(this::identify)
                .contentType(MediaType.APPLICATION_JSON)
                .body(new NewUser(email, name, password))
                .exchange(
                    (_, response) -> {
                      int status = response.getStatusCode().value();
                      if (status == 201) {
                        return new SignUp.Done();
                      }
                      if (status != 400 && status != 409) {
                        throw unexpected(response.getStatusCode());
                      }
                      var body = response.bodyTo(ErrorBody.class);
                      return new SignUp.Refused(
                          status, body == null ? List.of() : body.error().details());
                    }));
  }

  /**
   * Entries added since the given time; all live ones without it.
   *
   * @throws UserServiceUnavailable when there is no answer
   */
  public RevokedSet revocations(@Nullable Instant since) {
    return answered(
        () -> {
          var set =
              polls
                  .get()
                  .uri(
                      builder ->
                          builder
                              .path("/internal/revocations")
                              .queryParamIfPresent("since", Optional.ofNullable(since))
                              .build())
                  .headers(this::identify)
                  .retrieve()
                  .body(RevokedSet.class);
          return set == null ? new RevokedSet(Instant.EPOCH, List.of()) : set;
        });
  }

  private void identify(HttpHeaders headers) {
    headers.setBearerAuth(token.value());
    headers.set(RequestId.HEADER, RequestId.keepOrCreate(MDC.get(RequestId.KEY)));
  }

  /** One more try, at another instance, when the connection was never made. */
  private static <T> T answered(Supplier<T> call) {
    try {
      try {
        return call.get();
      } catch (ResourceAccessException failed) {
        if (failed.getCause() instanceof java.net.ConnectException) {
          return call.get();
        }
        throw failed;
      }
    } catch (RestClientException | IllegalStateException unavailable) {
      // The load balancer says IllegalStateException when no instance is registered.
      throw new UserServiceUnavailable(unavailable);
    }
  }

  private static RestClientException unexpected(HttpStatusCode status) {
    return new RestClientException("user-service answered " + status);
  }

  private static RestClient client(RestClient.Builder clients, HttpClient http, Duration timeout) {
    var requests = new JdkClientHttpRequestFactory(http);
    requests.setReadTimeout(timeout);
    return clients.clone().baseUrl("http://user-service").requestFactory(requests).build();
  }
}
