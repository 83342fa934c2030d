package io.gatehouse.users.accounts;

import io.gatehouse.defaults.platform.SecurityEvents;
import io.gatehouse.defaults.platform.SecurityEvents.Actor;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.store.Database;
import io.gatehouse.store.ExpectedVersion;
import io.gatehouse.store.Rows;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Every change of users: the user, the credentials, the published event and the revocation are
 * written by one statement, so all of them or none, in one round trip, and no transaction is ever
 * left open.
 *
 * <p>A change that has begun is finished even when the caller has gone.
 */
@Component
public class UnitOfWork {
  private static final String UNIQUE_VIOLATION = "23505";
  private static final UUID NOBODY = new UUID(0, 0);

  static final String REGISTER =
      """
      with users as (
        insert into users (email, name, roles) select $1, $2, $3
        where %s
        on conflict (email) do nothing returning *),
      credentials as (
        insert into credentials (user_id, password_hash) select id, $4 from users),
      event as (
        insert into user_events (type, user_id, version, request_id)
        select 'UserRegistered', id, version, $6 from users)
      select %s from users
      """
          .formatted(Acting.admits("$5"), User.COLUMNS);

  /**
   * A user's time never goes back, whatever the server's clock does. Whoever acts on itself is
   * judged by the row that is changed: it may have waited for the change that took a role away.
   *
   * <p>Tokens with the old roles end. One that is being made while this commits may have read them
   * a moment later than now, hence the quarter of a second.
   */
  static final String CHANGE =
      """
      with users as (
        update users set email = $2, name = $3, roles = coalesce($4, users.roles),
          version = version + 1,
          updated_at = greatest(statement_timestamp(), updated_at + interval '1 microsecond')
        where id = $1 and (version = any($5) or $5 is null) and not version = any($6)
          and ($7::uuid is null or id <> $7 or 'ADMIN' = any(users.roles))
          and not ($8 and 'ADMIN' = any(users.roles))
          and %s
        returning new.*, old.roles as old_roles),
      revocation as (
        insert into revocations (user_id, at, until, ends)
        select id, at, at + $9 * interval '1 ms', 'tokens' from (
          select id, clock_timestamp() + interval '250 ms' as at from users
          where not (roles @> old_roles and roles <@ old_roles)) as other),
      event as (
        insert into user_events (type, user_id, version, request_id)
        select 'UserChanged', id, version, $10 from users)
      select %s from users
      """
          .formatted(Acting.admits("$7"), User.COLUMNS);

  /** Only if the password is still the one that was checked. */
  static final String CHANGE_PASSWORD =
      """
      with changed as (
        update credentials set password_hash = $3, changed_at = statement_timestamp()
        where user_id = $1 and password_hash = $2 and %s
          and exists (select from users where id = $1 and (version = any($8) or $8 is null)
            and not version = any($9))
        returning user_id),
      revocation as (
        insert into revocations (user_id, at, except_sid, until)
        select user_id, at, $4, at + $5 * interval '1 ms'
        from (select user_id, clock_timestamp() as at from changed) as other)
      insert into user_events (type, user_id, version, request_id)
      select 'PasswordChanged', id, version, $7 from users join changed on user_id = id
      """
          .formatted(Acting.admits("$6"));

  static final String DELETE =
      """
      with gone as (
        delete from users where id = $1 and (version = any($2) or $2 is null)
          and not version = any($3) and not ($5 and 'ADMIN' = any(users.roles)) and %s
        returning id, version + 1 as version),
      revocation as (
        insert into revocations (user_id, at, until)
        select id, at, at + $6 * interval '1 ms'
        from (select id, clock_timestamp() as at from gone) as other),
      event as (
        insert into user_events (type, user_id, version, request_id)
        select 'UserDeleted', id, version, $7 from gone)
      select version from gone
      """
          .formatted(Acting.admits("$4"));

  /** Why a statement changed nothing: nobody is there, or what is there is not as demanded. */
  static final String REASON =
      """
      select %s as admits, coalesce('ADMIN' = any(users.roles), false) as is_admin
      from (select) as one left join users on id = $1
      """
          .formatted(Acting.admits("$2"));

  private final Database database;
  private final UserDocuments documents;
  private final Duration revocationLife;

  UnitOfWork(Database database, UserDocuments documents, UserProperties properties) {
    this.database = database;
    this.documents = documents;
    this.revocationLife = properties.revocationLife();
  }

  /** What a new user is made of; the address is in its one form. */
  record Registration(String email, String name, List<String> roles, String passwordHash) {}

  /** Of which version, and by whom, a change is made. */
  public record Demand(ExpectedVersion version, Acting acting) {
    /** Whatever is there, by the platform itself. */
    static final Demand NONE = new Demand(ExpectedVersion.ANY, new Acting.Self());
  }

  /** A password's hash that was checked, and the one that takes its place. */
  public record Replacement(String oldHash, String newHash) {
    @Override
    public String toString() {
      return "Replacement[withheld]";
    }
  }

  /** What a user is to become; null roles stay as they are. */
  public record Change(String email, String name, @Nullable List<String> roles) {}

  /**
   * Adds a user.
   *
   * @throws ApiException ALREADY_EXISTS when the address is taken
   */
  Mono<User> register(Registration user, Acting acting, @Nullable String requestId) {
    return detached(
        database
            .one(
                REGISTER,
                User::from,
                user.email(),
                user.name(),
                user.roles().toArray(String[]::new),
                user.passwordHash(),
                acting.adminParameter(),
                requestId)
            .switchIfEmpty(
                Mono.defer(() -> reason(NOBODY, acting))
                    .flatMap(_ -> Mono.error(UnitOfWork::emailTaken))));
  }

  /**
   * The changed user; empty when there is none, or none of an expected version.
   *
   * @throws ApiException FORBIDDEN when whoever acts may not (any more)
   */
  public Mono<User> change(UUID id, Change change, Demand demand, @Nullable String requestId) {
    var roles = change.roles();
    return detached(
        documents
            .changing(
                id,
                database
                    .one(
                        CHANGE,
                        User::from,
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
                        requestId)
                    .onErrorMap(UnitOfWork::isUniqueViolation, _ -> emailTaken()))
            .switchIfEmpty(unchanged(id, demand.acting())));
  }

  /**
   * Replaces a password and ends the user's sign-ins.
   *
   * @param exceptSid the one sign-in that goes on
   * @return false when the password is no longer the one that was checked, or the user of none of
   *     the expected versions
   * @throws ApiException FORBIDDEN when whoever acts may not (any more)
   */
  public Mono<Boolean> changePassword(
      UUID id, Replacement replacement, Demand demand, @Nullable String exceptSid, Actor actor) {
    var acting = demand.acting();
    return detached(
        database
            .change(
                CHANGE_PASSWORD,
                id,
                replacement.oldHash(),
                replacement.newHash(),
                exceptSid,
                revocationLife.toMillis(),
                acting.adminParameter(),
                actor.requestId(),
                demand.version().amongParameter(),
                demand.version().notAmongParameter())
            .flatMap(
                changed -> changed > 0 ? Mono.just(true) : reason(id, acting).thenReturn(false))
            .doOnNext(
                changed -> {
                  if (changed) {
                    SecurityEvents.record("password-changed", Outcome.ALLOWED, actor);
                  }
                }));
  }

  /**
   * The version at which the user ended; empty when there is none, or none as expected. The
   * security event is written here, so that a caller who hangs up does not lose it.
   *
   * @param actor for the event; its subject is the user
   * @throws ApiException FORBIDDEN when whoever acts may not (any more)
   */
  public Mono<Long> delete(UUID id, Demand demand, Actor actor) {
    return detached(
        documents
            .deleting(
                id,
                database.one(
                    DELETE,
                    row -> Rows.required(row, "version", Long.class),
                    id,
                    demand.version().amongParameter(),
                    demand.version().notAmongParameter(),
                    demand.acting().adminParameter(),
                    demand.acting().sparesAdmins(),
                    revocationLife.toMillis(),
                    actor.requestId()))
            .doOnNext(_ -> SecurityEvents.record("user-deleted", Outcome.ALLOWED, actor))
            .switchIfEmpty(unchanged(id, demand.acting())));
  }

  /** Empty, unless it was whoever acts that may not. */
  private <T> Mono<T> unchanged(UUID id, Acting acting) {
    return Mono.defer(() -> reason(id, acting)).then(Mono.empty());
  }

  private Mono<Boolean> reason(UUID id, Acting acting) {
    return database
        .one(
            REASON,
            row ->
                Rows.required(row, "admits", Boolean.class)
                    && !(acting.sparesAdmins() && Rows.required(row, "is_admin", Boolean.class)),
            id,
            acting.adminParameter())
        .filter(allowed -> allowed)
        .switchIfEmpty(Mono.error(() -> ApiException.of(ErrorCode.FORBIDDEN)));
  }

  /** Cancelling the result does not cancel the work. */
  private static <T> Mono<T> detached(Mono<T> work) {
    return Mono.fromFuture(work::toFuture, true);
  }

  private static boolean isUniqueViolation(Throwable thrown) {
    return thrown instanceof R2dbcDataIntegrityViolationException broken
        && UNIQUE_VIOLATION.equals(broken.getSqlState());
  }

  private static ApiException emailTaken() {
    return ApiException.of(ErrorCode.ALREADY_EXISTS, "This email is taken");
  }
}
