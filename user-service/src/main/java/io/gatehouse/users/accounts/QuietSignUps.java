package io.gatehouse.users.accounts;

import io.gatehouse.defaults.platform.SecurityEvents;
import io.gatehouse.defaults.platform.SecurityEvents.Actor;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.store.Database;
import io.gatehouse.users.mail.LinkSecrets;
import io.gatehouse.users.mail.Outbox;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Sign-ups that tell nobody who has an account. What is asked for is only written down: whether the
 * address is free is looked up when the mail is sent, so that the answer and the work are the same.
 *
 * <p>The account is made by whoever follows the link, with the password that is typed there. One
 * that a stranger signed up with is kept nowhere: it would open the account of the address's owner
 * (account pre-hijacking, Sudhodanan and Paverd, USENIX Security 2022).
 */
@Component
public class QuietSignUps {
  static final String ASK =
      """
      insert into mails (kind, recipient, about, language) values ('sign-up', $1, $2, $3)
      on conflict (recipient) where kind = 'sign-up' and attempts = 0 do nothing
      """;

  static final String LINK =
      "select true from sign_ups where digest = $1 and until > statement_timestamp()";

  /** With the account end all links that were sent to its address: one of them makes it. */
  static final String FINISH =
      """
      with users as (
        insert into users (email, name, roles, email_verified, owned)
        select email, name, '{USER}', true, true from sign_ups
        where digest = $1 and until > statement_timestamp()
        on conflict (email) do nothing returning *),
      credentials as (
        insert into credentials (user_id, password_hash) select id, $2 from users),
      links as (
        delete from sign_ups using users where sign_ups.email = users.email),
      event as (
        insert into user_events (type, user_id, version, request_id)
        select 'UserRegistered', id, version, $3 from users)
      select %s from users
      """
          .formatted(User.COLUMNS);

  private final Database database;
  private final Outbox outbox;
  private final Passwords passwords;
  private final boolean on;

  QuietSignUps(Database database, Outbox outbox, Passwords passwords, UserRules rules) {
    this.database = database;
    this.outbox = outbox;
    this.passwords = passwords;
    this.on = rules.quietSignUp();
  }

  /** Whether strangers sign up this way. */
  public boolean areOn() {
    return on;
  }

  /**
   * Has a mail sent to the address, which is in its one form: with a link when it is free, else
   * with word to whoever has it.
   *
   * @param language of the mail
   * @throws ApiException SERVICE_UNAVAILABLE when there is no mail
   */
  public Mono<Void> ask(String address, String name, String language) {
    return Mono.defer(
        () -> {
          outbox.requireOpen();
          return database.change(ASK, address, name, language).doOnNext(_ -> outbox.nudge()).then();
        });
  }

  /**
   * The account that the link makes, with this password; empty when the link is no good (any more),
   * or somebody has the address by now. The link is looked up before anything is hashed.
   *
   * @param ip of whoever follows the link
   */
  public Mono<User> finish(
      String secret, String password, @Nullable String ip, @Nullable String requestId) {
    var digest = LinkSecrets.digest(secret);
    return database
        .one(LINK, _ -> true, (Object) digest)
        .flatMap(_ -> passwords.hash(password))
        .flatMap(
            hash ->
                UnitOfWork.detached(
                    database
                        .one(FINISH, User::from, digest, hash, requestId)
                        .doOnNext(user -> told(user, ip, requestId))))
        .contextWrite(Passwords.sharedBy(ip));
  }

  private static void told(User user, @Nullable String ip, @Nullable String requestId) {
    SecurityEvents.record(
        "signed-up", Outcome.ALLOWED, new Actor(user.id().toString(), null, ip, requestId));
  }
}
