package io.gatehouse.users;

import io.gatehouse.defaults.platform.SecurityEvents.Actor;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.users.UnitOfWork.Replacement;
import io.gatehouse.users.UserBodies.ChangedPassword;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Replaces passwords. Guessing the current one counts as a failed sign-in. */
@Component
class PasswordChanges {
  private final SignIns signIns;
  private final Passwords passwords;
  private final UnitOfWork unitOfWork;

  PasswordChanges(SignIns signIns, Passwords passwords, UnitOfWork unitOfWork) {
    this.signIns = signIns;
    this.passwords = passwords;
    this.unitOfWork = unitOfWork;
  }

  /**
   * Replaces the user's password and ends the user's sign-ins, but the caller's own. An ADMIN may
   * leave out another's current password; if it is given it must be right.
   *
   * @throws ApiException NOT_FOUND, WRONG_PASSWORD, or CONFLICT when somebody else changed the
   *     password meanwhile
   */
  Mono<Void> change(UUID id, ChangedPassword change, AccessToken caller, Actor actor) {
    var acting = Acting.of(caller, id, false);
    return signIns
        .hashOf(id, change.current())
        .flatMap(
            old ->
                passwords
                    .hash(change.replacement())
                    .flatMap(
                        fresh ->
                            unitOfWork.changePassword(
                                id,
                                new Replacement(old, fresh),
                                acting,
                                acting instanceof Acting.Self ? caller.sid() : null,
                                actor)))
        .flatMap(
            changed -> changed ? Mono.empty() : Mono.error(ApiException.of(ErrorCode.CONFLICT)));
  }
}
