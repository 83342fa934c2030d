package io.gatehouse.users.accounts;

import io.gatehouse.defaults.platform.Polling;
import io.gatehouse.defaults.platform.SecurityEvents;
import io.gatehouse.defaults.platform.SecurityEvents.Actor;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.store.Database;
import io.gatehouse.store.Rows;
import io.gatehouse.users.mail.LinkSecrets;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Proves addresses: a link that was sent to one is followed. Changes of addresses that nobody
 * confirmed in time end here, too.
 */
@Component
public class AddressLinks extends Polling {
  private static final Duration PAUSE = Duration.ofMinutes(1);

  static final String OWNER =
      """
      select user_id from mail_links where digest = $1 and kind in ('address-change', 'verification')
        and until > statement_timestamp()
      """;

  /**
   * It is the user's row that lets a link work once: who comes second finds nothing that waits. A
   * new address ends all links, for they were sent to the old one.
   *
   * <p>Whoever follows it reads the address; that the account is theirs they show by being signed
   * in to it ($3). Else a stranger may have typed their address.
   */
  static final String CONFIRM =
      """
      with users as (
        update users set email = link.email, email_verified = true,
          owned = coalesce(users.id = $3::uuid, false),
          pending_email = case when link.kind = 'verification' then pending_email end,
          pending_until = case when link.kind = 'verification' then pending_until end,
          version = version + 1,
          updated_at = greatest(statement_timestamp(), updated_at + interval '1 microsecond')
        from mail_links as link
        where users.id = link.user_id and link.digest = $1
          and link.until > statement_timestamp()
          and (link.kind = 'verification' and users.email = link.email and not users.email_verified
            or link.kind = 'address-change' and users.pending_email = link.email
              and users.pending_until > statement_timestamp())
        returning new.*, link.kind),
      links as (
        delete from mail_links using users where mail_links.user_id = users.id
          and (users.kind = 'address-change' or mail_links.kind = 'verification')),
      event as (
        insert into user_events (type, user_id, version, request_id)
        select 'UserChanged', id, version, $2 from users)
      select %s from users
      """
          .formatted(User.COLUMNS);

  static final String EXPIRED =
      "select id from users where pending_until <= statement_timestamp() limit 100";

  static final String EXPIRE =
      """
      with users as (
        update users set pending_email = null, pending_until = null, version = version + 1,
          updated_at = greatest(statement_timestamp(), updated_at + interval '1 microsecond')
        where id = $1 and pending_until <= statement_timestamp()
        returning new.*),
      event as (
        insert into user_events (type, user_id, version)
        select 'UserChanged', id, version from users)
      select %s from users
      """
          .formatted(User.COLUMNS);

  private final Database database;
  private final UserDocuments documents;

  AddressLinks(Database database, UserDocuments documents) {
    super("ending changes of addresses that nobody confirmed");
    this.database = database;
    this.documents = documents;
  }

  /**
   * The user whose address is proved now; empty when the link is no good (any more).
   *
   * @param signedIn whom the browser is signed in as that follows the link; null when nobody is
   * @throws ApiException ALREADY_EXISTS when somebody else has the address by now
   */
  public Mono<User> confirm(
      String secret, @Nullable UUID signedIn, @Nullable String ip, @Nullable String requestId) {
    var digest = LinkSecrets.digest(secret);
    return database
        .one(OWNER, row -> Rows.required(row, "user_id", UUID.class), (Object) digest)
        .flatMap(
            id ->
                UnitOfWork.detached(
                    documents.changing(
                        id,
                        database
                            .one(
                                CONFIRM,
                                User::from,
                                digest,
                                requestId,
                                signedIn == null ? Database.nothing(UUID.class) : signedIn)
                            .onErrorMap(
                                UnitOfWork::isUniqueViolation, _ -> UnitOfWork.emailTaken()))))
        .doOnNext(
            user ->
                SecurityEvents.record(
                    "address-confirmed",
                    Outcome.ALLOWED,
                    new Actor(user.id().toString(), null, ip, requestId)));
  }

  @Override
  protected Mono<Duration> pollOnce() {
    return expire().thenReturn(PAUSE);
  }

  /** Ends what was not confirmed in time; gives how many. */
  Mono<Long> expire() {
    return database
        .list(EXPIRED, row -> Rows.required(row, "id", UUID.class))
        .flatMapMany(Flux::fromIterable)
        .concatMap(id -> documents.changing(id, database.one(EXPIRE, User::from, id)))
        .count();
  }
}
