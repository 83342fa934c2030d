package io.gatehouse.users.accounts;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.store.Database;
import io.gatehouse.store.Rows;
import io.gatehouse.users.accounts.UnitOfWork.Demand;
import io.gatehouse.users.accounts.UnitOfWork.Origin;
import io.gatehouse.users.mail.Outbox;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Changes of users, see {@link UnitOfWork}. */
@Component
public class Changes {
  /**
   * A user's time never goes back, whatever the server's clock does. Whoever acts on itself is
   * judged by the row that is changed: it may have waited for the change that took a role away.
   *
   * <p>Tokens with the old roles end. One that is being made while this commits may have read them
   * a moment later than now, hence the quarter of a second.
   *
   * <p>With $11 another address only begins to take the old one's place: links go to it and word to
   * the old one. That needs mail and a recent sign-in ($12), and an address that is free; with $14
   * nobody learns that it is not, and no link is sent to it.
   */
  static final String CHANGE =
      """
      with users as (
        update users set email = case when $11 then users.email else $2 end, name = $3,
          email_verified = users.email_verified and ($11 or $2 = users.email),
          owned = users.owned and ($11 or $2 = users.email),
          pending_email = case when $2 = users.email then pending_email when $11 then $2 end,
          pending_until = case when $2 = users.email then pending_until
            when $11 then statement_timestamp() + interval '1 day' end,
          roles = coalesce($4, users.roles),
          version = version + 1,
          updated_at = greatest(statement_timestamp(), updated_at + interval '1 microsecond')
        where id = $1 and (version = any($5) or $5 is null) and not version = any($6)
          and ($7::uuid is null or id <> $7 or 'ADMIN' = any(users.roles))
          and not ($8 and 'ADMIN' = any(users.roles))
          and (not $11 or $2 = users.email or $12
            and ($14 or not exists (select from users as other where other.email = $2)))
          and %s and %s
        returning new.*, old.roles as old_roles, old.email as old_email),
      mail as (
        insert into mails (kind, recipient, user_id, about, language)
        select kind, case kind when 'address-change' then $2 else email end, id, $2, $13
        from users cross join unnest(array['address-change', 'address-notice']) as kind
        where $11 and $2 <> email),
      revocation as (
        insert into revocations (user_id, at, until, ends)
        select id, at, at + $9 * interval '1 ms', 'tokens' from (
          select id, clock_timestamp() + interval '250 ms' as at from users
          where not (roles @> old_roles and roles <@ old_roles)) as other),
      event as (
        insert into user_events (type, user_id, version, request_id)
        select 'UserChanged', id, version, $10 from users)
      select %s, not (roles @> old_roles and roles <@ old_roles) as has_other_roles,
        email <> old_email as has_other_email
      from users
      """
          .formatted(Acting.admits("$7"), Acting.goesOn("$15", "$16"), User.COLUMNS);

  /** Whether it was the address that kept a user of an expected version from being changed. */
  static final String ADDRESS =
      """
      select exists (select from users as other where other.email = $2) as taken
      from users where id = $1 and email <> $2 and (version = any($3) or $3 is null)
        and not version = any($4)
      """;

  private final Database database;
  private final UserDocuments documents;
  private final UnitOfWork unit;
  private final Outbox outbox;
  private final Duration revocationLife;
  private final boolean quiet;

  Changes(
      Database database,
      UserDocuments documents,
      UnitOfWork unit,
      Outbox outbox,
      UserProperties properties,
      UserRules rules) {
    this.database = database;
    this.documents = documents;
    this.unit = unit;
    this.outbox = outbox;
    this.revocationLife = properties.revocationLife();
    this.quiet = rules.quietSignUp();
  }

  /** What becomes of another address. */
  public enum NewAddress {
    /** It takes the old one's place. */
    AT_ONCE,
    /** It has to be confirmed first: the user's own wish. */
    ONCE_CONFIRMED,
    /** The user signed in too long ago to wish for one. */
    REFUSED
  }

  /** A user, and what of it is told in the security log. */
  private record Changed(User user, boolean hasOtherRoles, boolean hasOtherEmail) {
    static Changed from(Readable row) {
      return new Changed(
          User.from(row),
          Rows.required(row, "has_other_roles", Boolean.class),
          Rows.required(row, "has_other_email", Boolean.class));
    }

    void record(Origin origin) {
      if (hasOtherRoles) {
        origin.record("roles-changed", user.id());
      }
      if (hasOtherEmail) {
        origin.record("address-changed", user.id());
      }
    }
  }

  /** What a user is to become; null roles stay as they are. */
  public record Change(
      String email, String name, @Nullable List<String> roles, NewAddress newAddress) {
    boolean isOwn() {
      return newAddress != NewAddress.AT_ONCE;
    }
  }

  /** Another address was wished for by {@link NewAddress#REFUSED}. */
  public static final class SignInTooOldException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * The changed user; empty when there is none, or none of an expected version.
   *
   * @throws ApiException FORBIDDEN when whoever acts may not (any more), UNAUTHENTICATED when the
   *     sign-in has ended; ALREADY_EXISTS when the address is taken; SERVICE_UNAVAILABLE when it is
   *     to be confirmed and there is no mail
   * @throws SignInTooOldException when there is another address, which is refused
   */
  public Mono<User> change(UUID id, Change change, Demand demand, Origin origin) {
    var roles = change.roles();
    return UnitOfWork.detached(
        documents
            .changing(
                id,
                database
                    .one(
                        CHANGE,
                        Changed::from,
                        id,
                        change.email(),
                        change.name(),
                        roles == null
                            ? Database.nothing(String[].class)
                            : roles.toArray(String[]::new),
                        demand.version().amongParameter(),
                        demand.version().notAmongParameter(),
                        demand.acting().adminParameter(),
                        demand.acting().sparesAdmins(),
                        revocationLife.toMillis(),
                        origin.requestId(),
                        change.isOwn(),
                        outbox.isOpen() && change.newAddress() == NewAddress.ONCE_CONFIRMED,
                        origin.language(),
                        quiet,
                        demand.acting().signedInParameter(),
                        demand.acting().sidParameter())
                    .doOnNext(changed -> changed.record(origin))
                    .map(Changed::user)
                    .onErrorMap(UnitOfWork::isUniqueViolation, _ -> UnitOfWork.emailTaken()))
            .doOnNext(_ -> outbox.nudge())
            .switchIfEmpty(unit.unchanged(id, demand.acting()))
            .switchIfEmpty(Mono.defer(() -> refusedAddress(id, change, demand))));
  }

  /** Empty, unless it was the address. */
  private Mono<User> refusedAddress(UUID id, Change change, Demand demand) {
    return !change.isOwn()
        ? Mono.empty()
        : database
            .one(
                ADDRESS,
                row -> Rows.required(row, "taken", Boolean.class),
                id,
                change.email(),
                demand.version().amongParameter(),
                demand.version().notAmongParameter())
            .flatMap(
                taken -> {
                  if (change.newAddress() == NewAddress.REFUSED) {
                    return Mono.error(SignInTooOldException::new);
                  }
                  outbox.requireOpen();
                  return Mono.error(
                      taken ? UnitOfWork.emailTaken() : ApiException.of(ErrorCode.CONFLICT));
                });
  }
}
