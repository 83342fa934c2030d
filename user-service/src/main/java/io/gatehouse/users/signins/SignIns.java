package io.gatehouse.users.signins;

import static io.gatehouse.store.Rows.required;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.store.Database;
import io.gatehouse.users.accounts.EmailAddress;
import io.gatehouse.users.accounts.Passwords;
import io.gatehouse.users.accounts.User;
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
 * address is locked for a while ({@link SignInProperties}). All of it depends on the address alone
 * and not on whether an account has it, and the work is the same either way: one read, one hash,
 * one write.
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
      select users.id, credentials.password_hash,
        coalesce((select failures from sign_in_failures where account = $2
          and last_failure > statement_timestamp() - $3 * interval '1 ms'), 0) as failures
      from (select) as one left join users on email = $1 left join credentials on user_id = id
      """;

  /** Gives the user when the hash is still the one compared and the address is not locked. */
  static final String LET_IN =
      """
      with locked as (
        select from sign_in_failures where account = $1 and locked_until > statement_timestamp()),
      forgotten as (
        delete from sign_in_failures where account = $1 and not exists (select from locked))
      select %s from users join credentials on user_id = id
      where id = $2 and password_hash = $3 and not exists (select from locked)
      """
          .formatted(User.COLUMNS);

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
  private final SignInProperties rules;
  private final long lockMillis;

  SignIns(Database database, Passwords passwords, SignInProperties rules) {
    this.rules = rules;
    this.lockMillis = rules.lock().toMillis();
    this.database = database;
    this.passwords = passwords;
  }

  /** What came of a check. */
  public sealed interface Result {}

  /** The password is right. */
  public record Right(User user) implements Result {}

  /**
   * The address or the password is wrong, or the address is locked; nobody is told which.
   *
   * @param lockedNow whether this failure locked the address
   */
  public record Wrong(boolean lockedNow) implements Result {}

  private record Account(Optional<UUID> id, String hash, int failures) {
    static Account from(Readable row) {
      var hash = row.get("password_hash", String.class);
      return new Account(
          Optional.ofNullable(row.get("id", UUID.class)),
          hash == null ? Passwords.NOBODY : hash,
          required(row, "failures", Integer.class));
    }
  }

  /** What came of this address and password, however long they are. */
  public Mono<Result> check(String email, String password) {
    // No account has a longer one; hashing it would only cost.
    var guess = password.length() > MAX_PASSWORD_CHARS ? "" : password;
    var address = EmailAddress.canonical(email);
    var key = digest(address);
    return database
        .one(LOOK_UP, Account::from, address, key, lockMillis)
        .delayUntil(account -> Mono.delay(rules.delay(account.failures())))
        .flatMap(
            account ->
                passwords
                    .matches(guess, account.hash())
                    .flatMap(right -> right ? letIn(account, key) : Mono.empty()))
        .switchIfEmpty(Mono.defer(() -> countFailure(key)));
  }

  /**
   * The hash of a user's password, after checking the current one where it is given.
   *
   * @throws ApiException NOT_FOUND, or WRONG_PASSWORD for a wrong one or a locked address
   */
  Mono<String> hashOf(UUID id, @Nullable String current) {
    return database
        .one(HASH_OF, Credential::from, id)
        .switchIfEmpty(Mono.error(() -> ApiException.of(ErrorCode.NOT_FOUND, "No such user")))
        .flatMap(
            credential ->
                current == null
                    ? Mono.just(credential.hash())
                    : check(credential.email(), current)
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

  private record Credential(String email, String hash) {
    static Credential from(Readable row) {
      return new Credential(
          required(row, "email", String.class), required(row, "password_hash", String.class));
    }
  }

  private Mono<Result> letIn(Account account, byte[] key) {
    return Mono.justOrEmpty(account.id())
        .flatMap(id -> database.one(LET_IN, User::from, key, id, account.hash()))
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

  private static byte[] digest(String address) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(address.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
