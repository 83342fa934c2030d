package io.gatehouse.users.signins;

import io.gatehouse.store.Database;
import io.gatehouse.store.Rows;
import io.gatehouse.users.accounts.User;
import io.gatehouse.users.mail.Outbox;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * The browsers that people sign in with: OWASP's device cookies. A sign-in from one that is not
 * known mails its owner; guesses from one that is are counted apart from those of strangers, so
 * that these lock nobody out of it.
 *
 * <p>A browser is known to a user by a sign-in with the password that the user still has. One that
 * becomes known gets a new secret, so that nobody can have planted it.
 */
@Component
public class KnownBrowsers {
  /** For {@code select}, after {@link #note}. */
  static final String IS_NEW = "exists (select from noted) as is_new";

  /**
   * One who signs in by what is no password, such as a passkey: nobody, if a sign-in added it ($7)
   * that began before the account was claimed, or, later ($8), one that a new password had ended.
   * The row is locked, so that a claim under way is waited for, or waits, and ends a sign-in that
   * began before it.
   */
  static final String SIGNED_IN =
      """
      with users as (
        select users.*, credentials.changed_at
        from users join credentials on user_id = id
        where id = $1 and ($7::timestamptz is null or claimed_at is null or claimed_at < $7)
          and ($8::timestamptz is null or sign_ins_ended_at is null
            or sign_ins_ended_at < $7 or sign_ins_ended_at >= $8)
        for share of users),
      %s
      select %s, %s from users
      """
          .formatted(note("$2", "$3", "$4", "$5", "$6"), User.COLUMNS, IS_NEW);

  private final Database database;
  private final Outbox outbox;

  KnownBrowsers(Database database, Outbox outbox) {
    this.database = database;
    this.outbox = outbox;
  }

  /**
   * Somebody who is signed in.
   *
   * @param isNew whether the browser was not known, and is from now on by its new secret
   */
  public record SignedIn(User user, boolean isNew) {
    static SignedIn from(Readable row) {
      return new SignedIn(User.from(row), Rows.required(row, "is_new", Boolean.class));
    }
  }

  /**
   * Of a passkey by which somebody signs in.
   *
   * @param since when the sign-in began that added it; null when it is not told
   * @param added when it was added; null when it is not told
   */
  public record PasskeyOrigin(@Nullable Instant since, @Nullable Instant added) {}

  /**
   * Parts of a statement whose {@code users} has the one who signs in, with {@code changed_at}. The
   * first of all browsers is no news to anybody.
   */
  static String note(String browser, String newBrowser, String isOpen, String ip, String language) {
    return """
        seen as (
          update known_browsers set seen_at = statement_timestamp() from users
          where known_browsers.user_id = users.id and browser = %1$s
            and seen_at >= users.changed_at
          returning browser),
        others as (
          update known_browsers set browser = %2$s from users
          where browser = %1$s and %2$s is not null and known_browsers.user_id <> users.id
            and not exists (select from seen)),
        noted as (
          insert into known_browsers (user_id, browser)
          select id, %2$s from users where %2$s is not null and not exists (select from seen)
          returning user_id),
        surplus as (
          delete from known_browsers using noted where known_browsers.user_id = noted.user_id
            and browser in (select browser from known_browsers as older
              where older.user_id = noted.user_id order by seen_at desc offset 19)),
        mail as (
          insert into mails (kind, recipient, user_id, about, language)
          select 'sign-in-notice', email, id,
            to_char(statement_timestamp() at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
              || coalesce(', ' || %4$s, ''), %5$s
          from users join noted on user_id = id
          where %3$s and exists (select from known_browsers where known_browsers.user_id = id))"""
        .formatted(browser, newBrowser + "::text", isOpen, ip + "::text", language);
  }

  /** The user, whose browser is noted; empty when there is none, or the passkey is not theirs. */
  public Mono<SignedIn> signedIn(UUID id, SignInDevice device, PasskeyOrigin passkey) {
    return database
        .one(
            SIGNED_IN,
            SignedIn::from,
            id,
            device.browser(),
            device.newBrowser(),
            outbox.isOpen(),
            device.ip(),
            device.language(),
            parameter(passkey.since()),
            parameter(passkey.added()))
        .doOnNext(this::tell);
  }

  private static Object parameter(@Nullable Instant time) {
    return time == null ? Database.nothing(Instant.class) : time;
  }

  /** Whether its owner can be told. */
  boolean hasMail() {
    return outbox.isOpen();
  }

  /** Has the mail sent that the statement wrote. */
  void tell(SignedIn done) {
    if (done.isNew()) {
      outbox.nudge();
    }
  }
}
