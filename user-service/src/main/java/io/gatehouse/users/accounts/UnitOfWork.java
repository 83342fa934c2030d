package io.gatehouse.users.accounts;

import io.gatehouse.defaults.platform.SecurityEvents;
import io.gatehouse.defaults.platform.SecurityEvents.Actor;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.store.Database;
import io.gatehouse.store.ExpectedVersion;
import io.gatehouse.store.Rows;
import io.gatehouse.users.mail.Outbox;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Every change of users: the user, the credentials, the published event, the revocation and the
 * mail are written by one statement, so all of them or none, in one round trip, and no transaction
 * is ever left open. {@link Changes} and {@link PasswordWrites} are parts of it.
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
      mail as (
        insert into mails (kind, recipient, user_id, language)
        select 'verification', email, id, $7 from users where $8),
      event as (
        insert into user_events (type, user_id, version, request_id)
        select 'UserRegistered', id, version, $6 from users)
      select %s from users
      """
          .formatted(Acting.admits("$5"), User.COLUMNS);

  static final String DELETE =
      """
      with gone as (
        delete from users where id = $1 and (version = any($2) or $2 is null)
          and not version = any($3) and not ($5 and 'ADMIN' = any(users.roles)) and %s and %s
        returning id, version + 1 as version),
      revocation as (
        insert into revocations (user_id, at, until, ends)
        select id, at, at + $6 * interval '1 ms', 'everything'
        from (select id, clock_timestamp() as at from gone) as other),
      event as (
        insert into user_events (type, user_id, version, request_id)
        select 'UserDeleted', id, version, $7 from gone)
      select version from gone
      """
          .formatted(Acting.admits("$4"), Acting.goesOn("$8", "$9"));

  /** Why a statement changed nothing: nobody is there, or what is there is not as demanded. */
  static final String REASON =
      """
      select %s as admits, %s as goes_on, coalesce('ADMIN' = any(users.roles), false) as is_admin
      from (select) as one left join users on id = $1
      """
          .formatted(Acting.admits("$2"), Acting.goesOn("$3", "$4"));

  private final Database database;
  private final UserDocuments documents;
  private final Outbox outbox;
  private final Duration revocationLife;

  UnitOfWork(Database database, UserDocuments documents, Outbox outbox, UserProperties properties) {
    this.database = database;
    this.documents = documents;
    this.outbox = outbox;
    this.revocationLife = properties.revocationLife();
  }

  /** What a new user is made of; the address is in its one form. */
  record Registration(String email, String name, List<String> roles, String passwordHash) {}

  /**
   * Where a change comes from.
   *
   * @param language of the mails that it causes, {@code en} or {@code de}
   * @param client by its token, if there was one
   * @param ip as the gateway saw it
   */
  public record Origin(
      @Nullable String requestId, String language, @Nullable String client, @Nullable String ip) {
    void record(String event, UUID account) {
      SecurityEvents.record(
          event, Outcome.ALLOWED, new Actor(account.toString(), client, ip, requestId));
    }
  }

  /** Of which version, and by whom, a change is made. */
  public record Demand(ExpectedVersion version, Acting acting) {
    /** Whatever is there, by the platform itself. */
    public static final Demand NONE = new Demand(ExpectedVersion.ANY, new Acting.Platform());
  }

  /**
   * Adds a user.
   *
   * @throws ApiException ALREADY_EXISTS when the address is taken
   */
  Mono<User> register(Registration user, Acting acting, Origin origin) {
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
                origin.requestId(),
                origin.language(),
                outbox.isOpen())
            .doOnNext(made -> told(made, origin))
            .doOnNext(_ -> outbox.nudge())
            .switchIfEmpty(
                Mono.defer(() -> reason(NOBODY, acting))
                    .flatMap(_ -> Mono.error(UnitOfWork::emailTaken))));
  }

  private static void told(User made, Origin origin) {
    origin.record("signed-up", made.id());
    if (!made.roles().equals(List.of("USER"))) {
      origin.record("roles-changed", made.id());
    }
  }

  /**
   * The version at which the user ended; empty when there is none, or none as expected. The
   * security event is written here, so that a caller who hangs up does not lose it.
   *
   * @param actor for the event; its subject is the user
   * @throws ApiException FORBIDDEN when whoever acts may not (any more), UNAUTHENTICATED when the
   *     sign-in has ended
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
                    actor.requestId(),
                    demand.acting().signedInParameter(),
                    demand.acting().sidParameter()))
            .doOnNext(_ -> SecurityEvents.record("user-deleted", Outcome.ALLOWED, actor))
            .switchIfEmpty(unchanged(id, demand.acting())));
  }

  /** Empty, unless it was whoever acts that may not, or whose sign-in has ended. */
  <T> Mono<T> unchanged(UUID id, Acting acting) {
    return Mono.defer(() -> reason(id, acting)).then(Mono.empty());
  }

  Mono<Boolean> reason(UUID id, Acting acting) {
    return database
        .one(
            REASON,
            row -> Refusal.of(row, acting),
            id,
            acting.adminParameter(),
            acting.signedInParameter(),
            acting.sidParameter())
        .map(
            refusal ->
                switch (refusal) {
                  case NONE -> true;
                  case ENDED ->
                      throw ApiException.of(ErrorCode.UNAUTHENTICATED, "This sign-in has ended")
                          .withHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
                  case FORBIDDEN -> throw ApiException.of(ErrorCode.FORBIDDEN);
                });
  }

  /** What keeps whoever acts from it. */
  private enum Refusal {
    NONE,
    ENDED,
    FORBIDDEN;

    static Refusal of(Readable row, Acting acting) {
      if (!Rows.required(row, "goes_on", Boolean.class)) {
        return ENDED;
      }
      return Rows.required(row, "admits", Boolean.class)
              && !(acting.sparesAdmins() && Rows.required(row, "is_admin", Boolean.class))
          ? NONE
          : FORBIDDEN;
    }
  }

  /** Cancelling the result does not cancel the work. */
  static <T> Mono<T> detached(Mono<T> work) {
    return Mono.fromFuture(work::toFuture, true);
  }

  static boolean isUniqueViolation(Throwable thrown) {
    return thrown instanceof R2dbcDataIntegrityViolationException broken
        && UNIQUE_VIOLATION.equals(broken.getSqlState());
  }

  static ApiException emailTaken() {
    return ApiException.of(ErrorCode.ALREADY_EXISTS, "This email is taken");
  }
}
