package io.gatehouse.users;

import io.gatehouse.defaults.ApiException;
import io.gatehouse.defaults.ErrorCode;
import io.gatehouse.defaults.SecurityEvents;
import io.gatehouse.defaults.SecurityEvents.Actor;
import io.gatehouse.defaults.SecurityEvents.Outcome;
import io.gatehouse.users.store.Columns;
import io.gatehouse.users.store.Database;
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
class UnitOfWork {
  private static final String UNIQUE_VIOLATION = "23505";

  static final String REGISTER =
      """
      with users as (
        insert into users (email, name, roles) values ($1, $2, $3)
        on conflict (email) do nothing returning *),
      credentials as (
        insert into credentials (user_id, password_hash) select id, $4 from users),
      event as (
        insert into user_events (type, user_id, version, request_id)
        select 'UserRegistered', id, version, $5 from users)
      select %s from users
      """
          .formatted(User.COLUMNS);

  /** A user's time never goes back, whatever the server's clock does. */
  static final String CHANGE =
      """
      with users as (
        update users set email = $2, name = $3, roles = coalesce($4, roles), version = version + 1,
          updated_at = greatest(statement_timestamp(), updated_at + interval '1 microsecond')
        where id = $1 and (version = any($5) or $5 is null) returning *),
      event as (
        insert into user_events (type, user_id, version, request_id)
        select 'UserChanged', id, version, $6 from users)
      select %s from users
      """
          .formatted(User.COLUMNS);

  /** Only if the password is still the one that was checked. */
  static final String CHANGE_PASSWORD =
      """
      with changed as (
        update credentials set password_hash = $3, changed_at = statement_timestamp()
        where user_id = $1 and password_hash = $2 returning user_id),
      revocation as (
        insert into revocations (user_id, at, except_sid, until)
        select user_id, statement_timestamp(), $4, statement_timestamp() + $5 * interval '1 ms'
        from changed)
      insert into user_events (type, user_id, version, request_id)
      select 'PasswordChanged', id, version, $6 from users join changed on user_id = id
      """;

  static final String DELETE =
      """
      with gone as (
        delete from users where id = $1 and (version = any($2) or $2 is null)
        returning id, version + 1 as version),
      revocation as (
        insert into revocations (user_id, at, until)
        select id, statement_timestamp(), statement_timestamp() + $3 * interval '1 ms' from gone),
      event as (
        insert into user_events (type, user_id, version, request_id)
        select 'UserDeleted', id, version, $4 from gone)
      select version from gone
      """;

  private final Database database;
  private final UserDocuments documents;
  private final Duration revocationLife;

  UnitOfWork(Database database, UserDocuments documents, UserProperties properties) {
    this.database = database;
    this.documents = documents;
    this.revocationLife = properties.revocationLife();
  }

  /** What a new user is made of; the address is in lower case. */
  record Registration(String email, String name, List<String> roles, String passwordHash) {}

  /** What a user is to become; null roles stay as they are. */
  record Change(String email, String name, @Nullable List<String> roles) {}

  /**
   * Adds a user.
   *
   * @throws ApiException ALREADY_EXISTS when the address is taken
   */
  Mono<User> register(Registration user, @Nullable String requestId) {
    return detached(
        database
            .one(
                REGISTER,
                User::from,
                user.email(),
                user.name(),
                user.roles().toArray(String[]::new),
                user.passwordHash(),
                requestId)
            .switchIfEmpty(Mono.error(UnitOfWork::emailTaken)));
  }

  /** The changed user; empty when there is none, or none of an expected version. */
  Mono<User> change(UUID id, Change change, ExpectedVersion expected, @Nullable String requestId) {
    var roles = change.roles();
    return detached(
        documents.changing(
            id,
            database
                .one(
                    CHANGE,
                    User::from,
                    id,
                    change.email(),
                    change.name(),
                    roles == null ? Database.nothing(String[].class) : roles.toArray(String[]::new),
                    expected.parameter(),
                    requestId)
                .onErrorMap(UnitOfWork::isUniqueViolation, _ -> emailTaken())));
  }

  /**
   * Replaces a password and ends the user's sign-ins.
   *
   * @param exceptSid the one sign-in that goes on
   * @return false when the password is no longer the one that was checked
   */
  Mono<Boolean> changePassword(
      UUID id, String oldHash, String newHash, @Nullable String exceptSid, Actor actor) {
    return detached(
        database
            .change(
                CHANGE_PASSWORD,
                id,
                oldHash,
                newHash,
                exceptSid,
                revocationLife.toMillis(),
                actor.requestId())
            .map(changed -> changed > 0)
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
   */
  Mono<Long> delete(UUID id, ExpectedVersion expected, Actor actor) {
    return detached(
        documents
            .deleting(
                id,
                database.one(
                    DELETE,
                    row -> Columns.value(row, "version", Long.class),
                    id,
                    expected.parameter(),
                    revocationLife.toMillis(),
                    actor.requestId()))
            .doOnNext(_ -> SecurityEvents.record("user-deleted", Outcome.ALLOWED, actor)));
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
