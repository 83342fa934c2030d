package io.gatehouse.users.signins;

import io.gatehouse.defaults.platform.SecurityEvents.Actor;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.users.accounts.PasswordWrites;
import io.gatehouse.users.accounts.PasswordWrites.Replacement;
import io.gatehouse.users.accounts.Passwords;
import io.gatehouse.users.accounts.UnitOfWork.Demand;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Replaces passwords. Guessing the current one counts as a failed sign-in. */
@Component
public class PasswordChanges {
  private final SignIns signIns;
  private final Passwords passwords;
  private final PasswordWrites writes;

  PasswordChanges(SignIns signIns, Passwords passwords, PasswordWrites writes) {
    this.signIns = signIns;
    this.passwords = passwords;
    this.writes = writes;
  }

  /**
   * A password and what takes its place.
   *
   * @param current null when an ADMIN sets another's without it
   */
  public record PasswordChange(@Nullable String current, String replacement) {
    @Override
    public String toString() {
      return "PasswordChange[withheld]";
    }
  }

  /**
   * Replaces the user's password and ends the user's sign-ins. An ADMIN may leave out another's
   * current password; if it is given it must be right.
   *
   * @param exceptSid the one sign-in that goes on
   * @throws ApiException NOT_FOUND, WRONG_PASSWORD, or CONFLICT when somebody else changed the
   *     password meanwhile, or the user is of no version demanded
   */
  public Mono<Void> change(
      UUID id, PasswordChange change, Demand demand, @Nullable String exceptSid, Actor actor) {
    return signIns
        .hashOf(id, change.current(), actor.subject() + " " + exceptSid)
        .flatMap(
            old ->
                passwords
                    .hash(change.replacement())
                    .flatMap(
                        fresh ->
                            writes.change(
                                id, new Replacement(old, fresh), demand, exceptSid, actor)))
        .flatMap(
            changed -> changed ? Mono.empty() : Mono.error(ApiException.of(ErrorCode.CONFLICT)));
  }
}
