package io.gatehouse.auth.users;

import io.gatehouse.auth.web.PageLanguage;
import io.gatehouse.defaults.platform.CallGuard;
import io.gatehouse.defaults.platform.CallGuards;
import io.gatehouse.defaults.platform.InternalTls;
import io.gatehouse.defaults.web.ErrorBody;
import io.gatehouse.defaults.web.RequestId;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.cloud.client.loadbalancer.LoadBalanced;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/**
 * Calls user-service by its registered name, through its {@link CallGuard}. Every wait is bounded.
 */
@Component
public class UserService {
  private static final Duration CONNECT_TIMEOUT = Duration.ofMillis(500);
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration POLL_TIMEOUT = Duration.ofSeconds(1);

  private static final String NAME = "user-service";

  private final ServiceToken token;
  private final CallGuard guard;
  private final RestClient calls;
  private final RestClient polls;

  UserService(
      @LoadBalanced RestClient.Builder clients,
      ServiceToken token,
      CallGuards guards,
      SslBundles bundles) {
    this.token = token;
    this.guard = guards.of(NAME);
    var http = http(bundles);
    this.calls = client(clients, http, TIMEOUT);
    this.polls = client(clients, http, POLL_TIMEOUT);
  }

  private static HttpClient http(SslBundles bundles) {
    // By default it offers HTTP/2 with every call, in three headers that no service takes up.
    var http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT);
    InternalTls.bundle(bundles)
        .ifPresent(
            bundle ->
                http.sslContext(bundle.createSslContext())
                    .sslParameters(InternalTls.expecting(NAME)));
    return http.build();
  }

  private record Credentials(String email, String password, @Nullable String ip) {
    @Override
    public String toString() {
      return "Credentials[withheld]";
    }
  }

  private record OtherSignIn(@Nullable String ip) {}

  private record NewUser(String email, String name, String password) {}

  /**
   * One entry of user-service's revocation set; see docs/between-services.md.
   *
   * @param ends {@code tokens} when sign-ins go on; {@code sign-ins} or null when they end, too;
   *     {@code everything} when passkeys and consents do besides
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

    public boolean endsEverything() {
      return "everything".equals(ends);
    }
  }

  /** What was added since, and up to when that is complete. */
  public record RevokedSet(Instant asOf, List<Revoked> entries) {}

  /** What came of a sign-up. */
  public sealed interface SignUp {
    record Done() implements SignUp {}

    /** Whoever reads the address's mail goes on from there; it may have an account already. */
    record Mailed() implements SignUp {}

    record Refused(int status, List<ErrorBody.Problem> problems) implements SignUp {}
  }

  /**
   * The user these credentials belong to; empty when they are wrong or the account is locked.
   *
   * @throws UserServiceUnavailable when there is no answer
   */
  public Optional<User> verify(String email, String password, SignInDevice device) {
    return answered(
        () ->
            post("/internal/credentials/verification")
                .headers(device::describe)
                .body(new Credentials(email, password, device.ip()))
                .exchange(
                    (_, response) ->
                        switch (response.getStatusCode().value()) {
                          case 200 -> Optional.ofNullable(response.bodyTo(User.class));
                          // What can be no email or password of ours is wrong, too.
                          case 400 -> Optional.empty();
                          case 401 -> {
                            if (refusesOurToken(response.getHeaders())) {
                              throw response.createException();
                            }
                            yield Optional.empty();
                          }
                          default -> throw response.createException();
                        }));
  }

  /**
   * Tells of a sign-in by a passkey. Empty when user-service knows no such user, or the passkey is
   * of somebody who had the account before its owner, or whose sign-in had ended.
   *
   * @throws UserServiceUnavailable when there is no answer
   */
  public Optional<User> tellSignIn(String id, SignInDevice device, PasskeyOrigin passkey) {
    return answered(
        () ->
            post("/internal/users/" + id + "/sign-ins")
                .headers(device::describe)
                .headers(passkey::describe)
                .body(new OtherSignIn(device.ip()))
                .exchange(
                    (_, response) ->
                        switch (response.getStatusCode().value()) {
                          case 200 -> Optional.ofNullable(response.bodyTo(User.class));
                          case 404 -> Optional.empty();
                          default -> throw response.createException();
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
                          default -> throw response.createException();
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
                      if (status == 202) {
                        return new SignUp.Mailed();
                      }
                      if (status != 400 && status != 409) {
                        throw response.createException();
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
    return available(() -> guard.own(() -> poll(since)));
  }

  private RevokedSet poll(@Nullable Instant since) {
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
  }

  /** RFC 6750 section 3: it speaks of us, such as when it does not know our newest key yet. */
  private static boolean refusesOurToken(HttpHeaders headers) {
    return String.valueOf(headers.getFirst(HttpHeaders.WWW_AUTHENTICATE)).contains("error=");
  }

  private void identify(HttpHeaders headers) {
    identify(headers, token.value());
  }

  static void identify(HttpHeaders headers, String token) {
    headers.setBearerAuth(token);
    headers.set(RequestId.HEADER, RequestId.keepOrCreate(MDC.get(RequestId.KEY)));
    // The language of a mail that a call may cause.
    PageLanguage.current()
        .ifPresent(language -> headers.set(HttpHeaders.ACCEPT_LANGUAGE, language));
  }

  /** What somebody else asks of user-service, by the same rules. */
  <T> T answered(Function<RestClient, T> call) {
    return answered(() -> call.apply(calls));
  }

  /** A call with a JSON body, for {@link #answered}. */
  RestClient.RequestBodySpec post(String path) {
    return calls.post().uri(path).headers(this::identify).contentType(MediaType.APPLICATION_JSON);
  }

  /**
   * A call on behalf of whoever asks us.
   *
   * @throws UserServiceUnavailable when there is no answer
   */
  <T> T answered(Supplier<T> call) {
    return available(() -> guard.onBehalf(call));
  }

  private static <T> T available(Supplier<T> call) {
    try {
      return call.get();
    } catch (RestClientException | CallNotPermittedException | IllegalStateException unavailable) {
      // The load balancer says IllegalStateException when no instance is registered.
      throw new UserServiceUnavailable(unavailable);
    }
  }

  private static RestClient client(RestClient.Builder clients, HttpClient http, Duration timeout) {
    var requests = new JdkClientHttpRequestFactory(http);
    requests.setReadTimeout(timeout);
    return clients.clone().baseUrl("http://" + NAME).requestFactory(requests).build();
  }
}
