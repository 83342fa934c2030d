package io.gatehouse.users.signins;

import static io.gatehouse.store.Rows.required;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.store.Database;
import io.gatehouse.users.accounts.EmailAddress;
import io.gatehouse.users.accounts.Passwords;
import io.gatehouse.users.accounts.User;
import io.gatehouse.users.signins.KnownBrowsers.SignedIn;
import io.r2dbc.spi.Readable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Checks an address and a password. After a few failures in a row answers slow down, then the
 * address is locked for a while ({@link SignInProperties}), to all but the browsers that its owner
 * signed in with before: those have a count and a lock each, so that strangers lock nobody out.
 * Otherwise it depends on the address alone and not on whether an account has it, and the work is
 * the same either way: one read, one hash, one write.
 *
 * <p>Failures are counted in PostgreSQL, so that several instances agree. A guess counts when its
 * hash was compared; a right one is let in only if the address is not locked by then. So guessing
 * in parallel gains nothing but the few guesses that are being hashed at the moment of locking.
 */
@Component
public class SignIns {
  private static final int MAX_PASSWORD_CHARS = 1024;

  static final String LOOK_UP =
      """
      select users.id, credentials.password_hash, known,
        coalesce((select failures from sign_in_failures
          where account = case when known then $5 else $2 end
          and last_failure > statement_timestamp() - $3 * interval '1 ms'), 0) as failures
      from (select) as one left join users on email = $1 left join credentials on user_id = id
        cross join lateral (select exists (
          select from known_browsers where known_browsers.user_id = users.id
            and browser = $4::text and seen_at >= changed_at) as known) as asked
      """;

  /**
   * Gives the user when the hash is still the one compared and the address is not locked. A change
   * of the password that is about to commit is waited for: it ends the sign-ins of before its own
   * time, and this one may be later.
   */
  static final String LET_IN =
      """
      with locked as (
        select from sign_in_failures where account = $1 and locked_until > statement_timestamp()),
      forgotten as (
        delete from sign_in_failures where account = $1 and not exists (select from locked)),
      users as (
        select users.*, credentials.changed_at from users join credentials on user_id = id
        where id = $2 and password_hash = $3 and not exists (select from locked)
        for share of credentials),
      %s
      select %s, %s from users
      """
          .formatted(
              KnownBrowsers.note("$4", "$5", "$6", "$7", "$8"), User.COLUMNS, KnownBrowsers.IS_NEW);

  /** A locked address stays as it is; one whose lock or last failure is long ago starts again. */
  static final String COUNT_FAILURE =
      """
      insert into sign_in_failures as known (account, failures, last_failure)
      values ($1, 1, statement_timestamp())
      on conflict (account) do update set
        last_failure = statement_timestamp(),
        failures = case
          when known.locked_until is not null
            or known.last_failure < statement_timestamp() - $2 * interval '1 ms' then 1
          else known.failures + 1 end,
        locked_until = case
          when known.locked_until is null and known.failures + 1 >= $3
            and known.last_failure >= statement_timestamp() - $2 * interval '1 ms'
          then statement_timestamp() + $2 * interval '1 ms' end
      where known.locked_until is null or known.locked_until <= statement_timestamp()
      returning locked_until is not null as locked
      """;

  static final String HASH_OF =
      """
      select users.email, credentials.password_hash
      from users join credentials on user_id = id where id = $1
      """;

  private final Database database;
  private final Passwords passwords;
  private final KnownBrowsers browsers;
  private final SignInProperties rules;
  private final long lockMillis;

  SignIns(Database database, Passwords passwords, KnownBrowsers browsers, SignInProperties rules) {
    this.browsers = browsers;
    this.rules = rules;
    this.lockMillis = rules.lock().toMillis();
    this.database = database;
    this.passwords = passwords;
  }

  /** What came of a check. */
  public sealed interface Result {}

  /** The password is right. */
  public record Right(SignedIn signedIn) implements Result {}

  /**
   * The address or the password is wrong, or the address is locked; nobody is told which.
   *
   * @param lockedNow whether this failure locked the address, or one known browser
   */
  public record Wrong(boolean lockedNow) implements Result {}

  private record Account(Optional<UUID> id, String hash, boolean known, int failures) {
    static Account from(Readable row) {
      var hash = row.get("password_hash", String.class);
      return new Account(
          Optional.ofNullable(row.get("id", UUID.class)),
          hash == null ? Passwords.NOBODY : hash,
          required(row, "known", Boolean.class),
          required(row, "failures", Integer.class));
    }
  }

  /** What came of this address and password, however long they are. */
  public Mono<Result> check(String email, String password, SignInDevice device) {
    var address = EmailAddress.canonical(email);
    return check(
        address, password, device, digest(address), digest(address + "\n" + device.browser()));
  }

  /**
   * Counts failures by {@code strangers}, or by {@code own} when it is a browser that the owner of
   * the address signed in with.
   */
  private Mono<Result> check(
      String address, String password, SignInDevice device, byte[] strangers, byte[] own) {
    // No account has a longer one; hashing it would only cost.
    var guess = password.length() > MAX_PASSWORD_CHARS ? "" : password;
    return database
        .one(LOOK_UP, Account::from, address, strangers, lockMillis, device.browser(), own)
        .delayUntil(account -> Mono.delay(rules.delay(account.failures())))
        .flatMap(
            account -> {
              var key = account.known() ? own : strangers;
              return passwords
                  .matches(guess, account.hash())
                  .flatMap(right -> right ? letIn(account, key, device) : Mono.empty())
                  .switchIfEmpty(Mono.defer(() -> countFailure(key)));
            });
  }

  /**
   * The hash of a user's password, after checking the current one where it is given. Guesses of
   * each sign-in are counted apart: strangers keep nobody from changing a password, either.
   *
   * @param guesser who gives it
   * @throws ApiException NOT_FOUND, or WRONG_PASSWORD for a wrong one or a locked address
   */
  Mono<String> hashOf(UUID id, @Nullable String current, String guesser) {
    return database
        .one(HASH_OF, Credential::from, id)
        .switchIfEmpty(Mono.error(() -> ApiException.of(ErrorCode.NOT_FOUND, "No such user")))
        .flatMap(
            credential ->
                current == null
                    ? Mono.just(credential.hash())
                    : guess(credential.email(), current, guesser)
                        .flatMap(
                            result ->
                                switch (result) {
                                  case Right _ -> Mono.just(credential.hash());
                                  case Wrong _ ->
                                      Mono.error(
                                          ApiException.refused(
                                              "WRONG_PASSWORD",
                                              "The current password is not right"));
                                }));
  }

  private Mono<Result> guess(String address, String password, String guesser) {
    var key = digest(address + "\n" + guesser);
    return check(address, password, SignInDevice.UNKNOWN, key, key);
  }

  private record Credential(String email, String hash) {
    static Credential from(Readable row) {
      return new Credential(
          required(row, "email", String.class), required(row, "password_hash", String.class));
    }
  }

  private Mono<Result> letIn(Account account, byte[] key, SignInDevice device) {
    return Mono.justOrEmpty(account.id())
        .flatMap(
            id ->
                database.one(
                    LET_IN,
                    SignedIn::from,
                    key,
                    id,
                    account.hash(),
                    device.browser(),
                    device.newBrowser(),
                    browsers.hasMail(),
                    device.ip(),
                    device.language()))
        .doOnNext(browsers::tell)
        .map(Right::new);
  }

  private Mono<Result> countFailure(byte[] key) {
    return database
        .one(
            COUNT_FAILURE,
            row -> required(row, "locked", Boolean.class),
            key,
            lockMillis,
            rules.maxFailures())
        .defaultIfEmpty(false)
        .map(Wrong::new);
  }

  private static byte[] digest(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
