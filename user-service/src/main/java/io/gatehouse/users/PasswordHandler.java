package io.gatehouse.users;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ApiRoutes;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.JsonBodies;
import io.gatehouse.defaults.web.Preconditions;
import io.gatehouse.defaults.web.QueryParameters;
import io.gatehouse.store.ExpectedVersion;
import io.gatehouse.users.UserBodies.ChangedPassword;
import io.gatehouse.users.UserBodies.OwnPassword;
import io.gatehouse.users.accounts.Acting;
import io.gatehouse.users.accounts.Passwords;
import io.gatehouse.users.accounts.UnitOfWork.Demand;
import io.gatehouse.users.accounts.Users;
import io.gatehouse.users.signins.PasswordChanges;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The call of {@code /api/users/{id}/password}. */
@Configuration(proxyBeanMethods = false)
class PasswordHandler {
  private static final String WRITE = "users.write";

  private final Users users;
  private final PasswordChanges passwordChanges;
  private final JsonBodies bodies;

  PasswordHandler(Users users, PasswordChanges passwordChanges, JsonBodies bodies) {
    this.users = users;
    this.passwordChanges = passwordChanges;
    this.bodies = bodies.prepare(OwnPassword.class, ChangedPassword.class);
  }

  @Bean
  RouterFunction<ServerResponse> passwordRoutes() {
    return ApiRoutes.table().put("/api/users/{id}/password", this::change).build();
  }

  /** A password is set by that user, who knows the one before, and by an ADMIN; by no program. */
  private Mono<ServerResponse> change(ServerRequest request) {
    var id = UserHandler.target(request, WRITE);
    QueryParameters.none(request);
    var caller = AccessToken.of(request.exchange());
    var acting = Acting.of(caller, id, false);
    if (acting instanceof Acting.Service) {
      throw ApiException.of(
          ErrorCode.FORBIDDEN, "Only that user and an ADMIN set a password, and never a program");
    }
    var conditions = Preconditions.of(request);
    var demand = new Demand(ExpectedVersion.of(conditions), acting);
    var body =
        acting instanceof Acting.Self
            ? bodies.read(request, OwnPassword.class).map(OwnPassword::toChange)
            : bodies.read(request, ChangedPassword.class).map(ChangedPassword::toChange);
    var sid = acting instanceof Acting.Self ? caller.sid() : null;
    var actor = AccountEvents.actor(id, request);
    return body.delayUntil(_ -> UserHandler.checked(users, id, conditions))
        .flatMap(change -> passwordChanges.change(id, change, demand, sid, actor))
        .onErrorResume(
            failed -> failed instanceof ApiException lost && lost.status() == 409,
            lost -> UserHandler.checked(users, id, conditions).then(Mono.error(lost)))
        .contextWrite(Passwords.sharedBy(caller.subject()))
        .then(Mono.defer(() -> ServerResponse.noContent().build()));
  }
}
