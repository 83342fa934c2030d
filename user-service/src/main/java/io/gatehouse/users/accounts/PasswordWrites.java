package io.gatehouse.users.accounts;

import io.gatehouse.defaults.platform.SecurityEvents;
import io.gatehouse.defaults.platform.SecurityEvents.Actor;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.store.Database;
import io.gatehouse.users.accounts.UnitOfWork.Demand;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Changes of passwords, see {@link UnitOfWork}. With the password end the links that were sent
 * before, and a change of the address that waits: whoever caused them may have been a stranger.
 * Whoever resets the password of an account that was not known to be theirs claims it: then ends,
 * with the sign-ins, everything that lets somebody in.
 *
 * <p>Rows are locked in the order user, credentials, links, as the deletion of a user does. Of two
 * at once the second finds another hash than the one it was told.
 */
@Component
public class PasswordWrites {
  private static final String WRITE =
      """
      with whose as (%1$s),
      changed as (
        update credentials set password_hash = $3, changed_at = statement_timestamp()
        from whose where user_id = whose.id and password_hash = $2
        returning user_id),
      users as (
        update users set pending_email = null, pending_until = null,
          email_verified = email_verified or %2$s, owned = owned or %2$s,
          claimed_at = case when %2$s and not owned then clock_timestamp() else claimed_at end,
          sign_ins_ended_at = clock_timestamp(), sign_ins_ended_except = $4,
          version = version + (pending_email is not null or %2$s and not email_verified)::int,
          updated_at = case when pending_email is not null or %2$s and not email_verified
            then greatest(statement_timestamp(), updated_at + interval '1 microsecond')
            else updated_at end
        from changed where id = user_id
        returning new.*, new.owned and not old.owned as claimed),
      links as (
        delete from mail_links using changed
        where mail_links.user_id = changed.user_id and (%2$s or kind <> 'verification')),
      revocation as (
        insert into revocations (user_id, at, except_sid, until, ends)
        select id, at, $4, at + $5 * interval '1 ms',
          case when claimed then 'everything' else 'sign-ins' end
        from (select id, claimed,
          case when claimed then claimed_at else sign_ins_ended_at end as at from users) as other),
      event as (
        insert into user_events (type, user_id, version, request_id)
        select 'PasswordChanged', id, version, $6 from users)
      %3$s
      select %4$s from users
      """;

  /** Only if the password is still the one that was checked. */
  static final String CHANGE =
      WRITE.formatted(
          """
          select id from users where id = $1 and %s and %s and (version = any($8) or $8 is null)
            and not version = any($9) for update"""
              .formatted(Acting.admits("$7"), Acting.goesOn("$10", "$11")),
          "false",
          "",
          User.COLUMNS);

  /** By the link that was sent to the address which the user has still, and which it proves. */
  static final String RESET =
      WRITE.formatted(
          """
          select users.id from users join mail_links as link on link.user_id = users.id
            and link.email = users.email
          where users.id = $1 and link.digest = $7 and link.kind = 'password-reset'
            and link.until > statement_timestamp() for update of users""",
          "true",
          """
          , unlocked as (
            delete from sign_in_failures using users
            where account = sha256(convert_to(users.email, 'UTF8')))""",
          User.COLUMNS);

  private final Database database;
  private final UserDocuments documents;
  private final UnitOfWork unit;
  private final Duration revocationLife;

  PasswordWrites(
      Database database, UserDocuments documents, UnitOfWork unit, UserProperties properties) {
    this.database = database;
    this.documents = documents;
    this.unit = unit;
    this.revocationLife = properties.revocationLife();
  }

  /** A password's hash that was checked, and the one that takes its place. */
  public record Replacement(String oldHash, String newHash) {
    @Override
    public String toString() {
      return "Replacement[withheld]";
    }
  }

  /**
   * Replaces a password and ends the user's sign-ins.
   *
   * @param exceptSid the one sign-in that goes on
   * @return false when the password is no longer the one that was checked, or the user of none of
   *     the expected versions
   * @throws ApiException FORBIDDEN when whoever acts may not (any more), UNAUTHENTICATED when the
   *     sign-in has ended
   */
  public Mono<Boolean> change(
      UUID id, Replacement replacement, Demand demand, @Nullable String exceptSid, Actor actor) {
    var acting = demand.acting();
    return UnitOfWork.detached(
        documents
            .changing(
                id,
                database.one(
                    CHANGE,
                    User::from,
                    id,
                    replacement.oldHash(),
                    replacement.newHash(),
                    exceptSid,
                    revocationLife.toMillis(),
                    actor.requestId(),
                    acting.adminParameter(),
                    demand.version().amongParameter(),
                    demand.version().notAmongParameter(),
                    acting.signedInParameter(),
                    acting.sidParameter()))
            .doOnNext(_ -> SecurityEvents.record("password-changed", Outcome.ALLOWED, actor))
            .map(_ -> true)
            .switchIfEmpty(Mono.defer(() -> unit.reason(id, acting).thenReturn(false))));
  }

  /**
   * Sets a password by a link, which ends with it, and ends every sign-in and the address's lock.
   *
   * @param digest the link's
   * @return false when the link is good no longer
   */
  public Mono<Boolean> reset(UUID id, Replacement replacement, byte[] digest, Actor actor) {
    return UnitOfWork.detached(
        documents
            .changing(
                id,
                database.one(
                    RESET,
                    User::from,
                    id,
                    replacement.oldHash(),
                    replacement.newHash(),
                    Database.nothing(String.class),
                    revocationLife.toMillis(),
                    actor.requestId(),
                    digest))
            .doOnNext(_ -> SecurityEvents.record("password-reset", Outcome.ALLOWED, actor))
            .map(_ -> true)
            .defaultIfEmpty(false));
  }
}
