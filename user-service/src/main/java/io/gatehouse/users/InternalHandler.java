package io.gatehouse.users;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.gatehouse.defaults.platform.SecurityEvents;
import io.gatehouse.defaults.platform.SecurityEvents.Actor;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ApiRoutes;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.JsonBodies;
import io.gatehouse.defaults.web.QueryParameters;
import io.gatehouse.defaults.web.RequestId;
import io.gatehouse.store.FeedPosition;
import io.gatehouse.users.accounts.Passwords;
import io.gatehouse.users.accounts.User;
import io.gatehouse.users.accounts.Users;
import io.gatehouse.users.published.Feed;
import io.gatehouse.users.published.Revocations;
import io.gatehouse.users.signins.KnownBrowsers;
import io.gatehouse.users.signins.KnownBrowsers.PasskeyOrigin;
import io.gatehouse.users.signins.KnownBrowsers.SignedIn;
import io.gatehouse.users.signins.SignInDevice;
import io.gatehouse.users.signins.SignIns;
import io.gatehouse.users.signins.SignIns.Right;
import io.gatehouse.users.signins.SignIns.Wrong;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** What other services ask: docs/between-services.md. The gateway routes none of it. */
@Configuration(proxyBeanMethods = false)
class InternalHandler {
  /** What callers need, which are our own services. */
  static final String SCOPE = "internal";

  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;

  /** A SHA-256 in base64url. */
  private static final Pattern DIGEST = Pattern.compile("[A-Za-z0-9_-]{43}");

  private final Users users;
  private final SignIns signIns;
  private final KnownBrowsers browsers;
  private final Revocations revocations;
  private final Feed feed;
  private final JsonBodies bodies;

  InternalHandler(
      Users users,
      SignIns signIns,
      KnownBrowsers browsers,
      Revocations revocations,
      Feed feed,
      JsonBodies bodies) {
    this.users = users;
    this.signIns = signIns;
    this.browsers = browsers;
    this.revocations = revocations;
    this.feed = feed;
    this.bodies = bodies.prepare(Credentials.class, OtherSignIn.class);
  }

  @Bean
  RouterFunction<ServerResponse> internalRoutes() {
    return ApiRoutes.table()
        .post("/internal/credentials/verification", internal(this::verify))
        .get("/internal/revocations", internal(this::revocations))
        .get("/internal/users/{id}", internal(this::user))
        .post("/internal/users/{id}/sign-ins", internal(this::signIn))
        .get("/feed", internal(this::feed))
        .build();
  }

  /** Who signs in from where. */
  record Credentials(
      @NotNull String email, @NotNull String password, @Nullable @Size(max = 64) String ip) {
    @Override
    public String toString() {
      return "Credentials[withheld]";
    }
  }

  /** From where somebody signs in who needs no password. */
  record OtherSignIn(@Nullable @Size(max = 64) String ip) {}

  /**
   * What the issuer needs to know of a user.
   *
   * @param newBrowser true when the browser was not known; else it is not said
   */
  record Identity(
      UUID id,
      String email,
      String name,
      List<String> roles,
      boolean emailVerified,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean newBrowser) {
    static Identity from(User user) {
      return from(new SignedIn(user, false));
    }

    static Identity from(SignedIn signedIn) {
      var user = signedIn.user();
      return new Identity(
          user.id(),
          user.email(),
          user.name(),
          user.roles(),
          user.emailVerified(),
          signedIn.isNew() ? true : null);
    }
  }

  private Mono<ServerResponse> verify(ServerRequest request) {
    QueryParameters.none(request);
    return bodies
        .read(request, Credentials.class)
        .flatMap(
            given ->
                signIns
                    .check(given.email(), given.password(), device(request, given.ip()))
                    .contextWrite(Passwords.sharedBy(given.ip()))
                    .flatMap(
                        result ->
                            switch (result) {
                              case Right right ->
                                  ServerResponse.ok().bodyValue(Identity.from(right.signedIn()));
                              case Wrong wrong -> {
                                if (wrong.lockedNow()) {
                                  recordLock(request, given.ip());
                                }
                                yield Mono.error(new WrongCredentials());
                              }
                            }));
  }

  private static void recordLock(ServerRequest request, @Nullable String ip) {
    var client = AccessToken.of(request.exchange()).clientId();
    var actor = new Actor(null, client, ip, RequestId.of(request.exchange()));
    SecurityEvents.record("account-locked", Outcome.REFUSED, actor);
  }

  /** By what is no password, such as a passkey. */
  private Mono<ServerResponse> signIn(ServerRequest request) {
    QueryParameters.none(request);
    var id = QueryParameters.id(request);
    return bodies
        .read(request, OtherSignIn.class)
        .flatMap(
            given -> browsers.signedIn(id, device(request, given.ip()), passkeyOrigin(request)))
        .switchIfEmpty(Mono.error(InternalHandler::missing))
        .flatMap(signedIn -> ServerResponse.ok().bodyValue(Identity.from(signedIn)));
  }

  /** In headers, which an issuer may send to a version that knows nothing of them. */
  private static SignInDevice device(ServerRequest request, @Nullable String ip) {
    return new SignInDevice(
        ip,
        digest(request, "Gatehouse-Browser"),
        digest(request, "Gatehouse-New-Browser"),
        Languages.of(request));
  }

  private static PasskeyOrigin passkeyOrigin(ServerRequest request) {
    return new PasskeyOrigin(
        time(request, "Gatehouse-Passkey-Since"), time(request, "Gatehouse-Passkey-Added"));
  }

  private static @Nullable Instant time(ServerRequest request, String header) {
    var value = request.headers().firstHeader(header);
    return value == null
        ? null
        : instant(value)
            .orElseThrow(
                () -> ApiException.malformed("The header " + header + " is no RFC 3339 time"));
  }

  private static @Nullable String digest(ServerRequest request, String header) {
    var value = request.headers().firstHeader(header);
    if (value != null && !DIGEST.matcher(value).matches()) {
      throw ApiException.malformed("The header " + header + " is no SHA-256 in base64url");
    }
    return value;
  }

  static ApiException missing() {
    return ApiException.of(ErrorCode.NOT_FOUND, "No such user");
  }

  private Mono<ServerResponse> user(ServerRequest request) {
    QueryParameters.none(request);
    return users
        .find(QueryParameters.id(request))
        .switchIfEmpty(Mono.error(InternalHandler::missing))
        .flatMap(user -> ServerResponse.ok().bodyValue(Identity.from(user)));
  }

  private Mono<ServerResponse> revocations(ServerRequest request) {
    var query = QueryParameters.of(request, "since");
    var since = query.parse("since", InternalHandler::instant, "must be an RFC 3339 time");
    query.check();
    return since
        .map(revocations::since)
        .orElseGet(revocations::live)
        .flatMap(live -> ServerResponse.ok().bodyValue(live));
  }

  private Mono<ServerResponse> feed(ServerRequest request) {
    var query = QueryParameters.of(request, "after", "limit");
    var limit = query.number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    var after =
        query.parse(
            "after",
            text -> Optional.ofNullable(FeedPosition.parse(text)),
            "is no position of this feed");
    query.check();
    return feed.after(after.orElse(FeedPosition.START), limit)
        .flatMap(page -> ServerResponse.ok().bodyValue(page));
  }

  private static HandlerFunction<ServerResponse> internal(HandlerFunction<ServerResponse> handler) {
    return request -> {
      AccessToken.of(request.exchange()).requireScope(SCOPE);
      return handler.handle(request);
    };
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException broken) {
      return Optional.empty();
    }
  }

  /** Its own code, so that the issuer can tell it from a refusal of its own token. */
  private static final class WrongCredentials extends ApiException {
    private static final long serialVersionUID = 1L;

    WrongCredentials() {
      super(401, "WRONG_CREDENTIALS", "Email or password is wrong", List.of(), Map.of(), null);
    }
  }
}
