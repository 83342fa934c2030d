package io.gatehouse.users;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.tokens.OpenPath;
import io.gatehouse.defaults.web.JsonBodies;
import io.gatehouse.defaults.web.Preconditions;
import io.gatehouse.defaults.web.QueryParameters;
import io.gatehouse.users.UserBodies.AskedRoles;
import io.gatehouse.users.UserBodies.NewUser;
import io.gatehouse.users.accounts.Acting;
import io.gatehouse.users.accounts.Passwords;
import io.gatehouse.users.accounts.QuietSignUps;
import io.gatehouse.users.accounts.SignUps;
import io.gatehouse.users.accounts.SignUps.Applicant;
import io.gatehouse.users.accounts.UserView;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Signing up, and making a user for somebody else. Its route stands in the table of {@link
 * UserHandler}: a path has one table, which knows what else may be asked of it.
 */
@Configuration(proxyBeanMethods = false)
class SignUpHandler {
  private static final String WRITE = "users.write";

  private final SignUps signUps;
  private final QuietSignUps quietSignUps;
  private final JsonBodies bodies;

  SignUpHandler(SignUps signUps, QuietSignUps quietSignUps, JsonBodies bodies) {
    this.signUps = signUps;
    this.quietSignUps = quietSignUps;
    this.bodies = bodies.prepare(AskedRoles.class, NewUser.class);
  }

  /** Signing up needs no token. */
  @Bean
  OpenPath signUp() {
    return request ->
        HttpMethod.POST.equals(request.getMethod())
            && request.getPath().pathWithinApplication().value().equals("/api/users");
  }

  /** The answer to {@code POST /api/users}. */
  Mono<ServerResponse> create(ServerRequest request) {
    var caller = AccessToken.find(request.exchange());
    if (caller != null) {
      caller.requireScope(WRITE);
    }
    QueryParameters.none(request);
    Preconditions.of(request).check(null);
    return UserHandler.body(bodies, request, NewUser.class, caller)
        .flatMap(
            user ->
                quietSignUps.areOn() && isStranger(caller)
                    ? signUpQuietly(user, request)
                    : signUp(user, caller, request));
  }

  /** Who may not see who has an account; the issuer asks on behalf of whoever is at its page. */
  private static boolean isStranger(@Nullable AccessToken caller) {
    return caller == null || !caller.isPrivileged() || caller.hasScope("internal");
  }

  private Mono<ServerResponse> signUpQuietly(NewUser user, ServerRequest request) {
    return quietSignUps
        .ask(user.email(), user.name(), Languages.of(request))
        .then(Mono.defer(() -> ServerResponse.accepted().bodyValue(Map.of())));
  }

  private Mono<ServerResponse> signUp(
      NewUser user, @Nullable AccessToken caller, ServerRequest request) {
    return signUps
        .signUp(
            new Applicant(user.email(), user.name(), user.password(), user.rolesOrDefault()),
            caller != null && caller.hasRole("ADMIN")
                ? Acting.admin(caller)
                : new Acting.Platform(),
            AccountEvents.origin(request))
        .contextWrite(Passwords.sharedBy(AccountEvents.ip(request)))
        .flatMap(
            made ->
                ServerResponse.created(URI.create("/api/users/" + made.id()))
                    .eTag(UserHandler.tag(made.version()))
                    .cacheControl(UserHandler.PRIVATE)
                    .bodyValue(UserView.from(made)));
  }
}
