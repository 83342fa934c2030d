package io.gatehouse.users;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.tokens.OpenPath;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ApiRoutes;
import io.gatehouse.defaults.web.JsonBodies;
import io.gatehouse.defaults.web.QueryParameters;
import io.gatehouse.defaults.web.RequestId;
import io.gatehouse.users.accounts.AddressLinks;
import io.gatehouse.users.accounts.EmailAddress;
import io.gatehouse.users.accounts.QuietSignUps;
import io.gatehouse.users.signins.PasswordResets;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Asking for a mail, and what the issuer's pages do with the links of mails. */
@Configuration(proxyBeanMethods = false)
class MailHandler {
  private static final String PASSWORD_RESET = "/api/users/password-reset";
  private static final String INTERNAL = "internal";

  private final PasswordResets resets;
  private final AddressLinks addresses;
  private final QuietSignUps signUps;
  private final JsonBodies bodies;

  MailHandler(
      PasswordResets resets, AddressLinks addresses, QuietSignUps signUps, JsonBodies bodies) {
    this.resets = resets;
    this.addresses = addresses;
    this.signUps = signUps;
    this.bodies = bodies.prepare(Forgotten.class, NewPassword.class, FollowedLink.class);
  }

  @Bean
  RouterFunction<ServerResponse> mailRoutes() {
    return ApiRoutes.table()
        .post(PASSWORD_RESET, this::ask)
        .post("/internal/password-resets", this::reset)
        .post("/internal/address-confirmations", this::confirm)
        .post("/internal/sign-ups", this::signUp)
        .build();
  }

  /** Whoever forgot the password has no token. */
  @Bean
  OpenPath passwordReset() {
    return request ->
        HttpMethod.POST.equals(request.getMethod())
            && request.getPath().pathWithinApplication().value().equals(PASSWORD_RESET);
  }

  /** Whose password is forgotten. */
  record Forgotten(
      @NotNull
          @Size(max = 254)
          @Pattern(regexp = EmailAddress.FORM, message = "must be a well-formed email address")
          String email) {
    Forgotten {
      email = UserBodies.canonical(email);
    }
  }

  /** A link that was followed, and the password that was typed there. */
  record NewPassword(
      @NotNull @Size(max = 100) String link,
      @NotNull @Characters(min = 12, max = 128) String password,
      @Nullable @Size(max = 64) String ip) {
    @Override
    public String toString() {
      return "NewPassword[withheld]";
    }
  }

  /** A link that was followed. */
  record FollowedLink(@NotNull @Size(max = 100) String link, @Nullable @Size(max = 64) String ip) {
    @Override
    public String toString() {
      return "FollowedLink[withheld]";
    }
  }

  private Mono<ServerResponse> ask(ServerRequest request) {
    QueryParameters.none(request);
    return bodies
        .read(request, Forgotten.class)
        .flatMap(forgotten -> resets.ask(forgotten.email(), Languages.of(request)))
        .then(Mono.defer(() -> ServerResponse.accepted().bodyValue(Map.of())));
  }

  private Mono<ServerResponse> reset(ServerRequest request) {
    AccessToken.of(request.exchange()).requireScope(INTERNAL);
    QueryParameters.none(request);
    var id = RequestId.of(request.exchange());
    return bodies
        .read(request, NewPassword.class)
        .flatMap(given -> resets.reset(given.link(), given.password(), given.ip(), id))
        .then(Mono.defer(() -> ServerResponse.noContent().build()));
  }

  private Mono<ServerResponse> signUp(ServerRequest request) {
    AccessToken.of(request.exchange()).requireScope(INTERNAL);
    QueryParameters.none(request);
    var id = RequestId.of(request.exchange());
    return bodies
        .read(request, NewPassword.class)
        .flatMap(given -> signUps.finish(given.link(), given.password(), given.ip(), id))
        .switchIfEmpty(Mono.error(PasswordResets::notValid))
        .flatMap(user -> ServerResponse.ok().bodyValue(Map.of("email", user.email())));
  }

  /** Whom the browser is signed in as: in a header, which a version may know nothing of. */
  private static @Nullable UUID signedIn(ServerRequest request) {
    var value = request.headers().firstHeader("Gatehouse-Signed-In");
    return value == null
        ? null
        : QueryParameters.uuid(value)
            .orElseThrow(() -> ApiException.malformed("The header Gatehouse-Signed-In is no id"));
  }

  private Mono<ServerResponse> confirm(ServerRequest request) {
    AccessToken.of(request.exchange()).requireScope(INTERNAL);
    QueryParameters.none(request);
    var id = RequestId.of(request.exchange());
    return bodies
        .read(request, FollowedLink.class)
        .flatMap(given -> addresses.confirm(given.link(), signedIn(request), given.ip(), id))
        .switchIfEmpty(Mono.error(PasswordResets::notValid))
        .flatMap(user -> ServerResponse.ok().bodyValue(Map.of("email", user.email())));
  }
}
