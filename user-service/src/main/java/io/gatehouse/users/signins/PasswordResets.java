package io.gatehouse.users.signins;

import io.gatehouse.defaults.platform.SecurityEvents.Actor;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.store.Database;
import io.gatehouse.store.Rows;
import io.gatehouse.users.accounts.PasswordWrites;
import io.gatehouse.users.accounts.PasswordWrites.Replacement;
import io.gatehouse.users.accounts.Passwords;
import io.gatehouse.users.mail.LinkSecrets;
import io.gatehouse.users.mail.Outbox;
import io.r2dbc.spi.Readable;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * New passwords for those who forgot theirs. What is asked for is only written down: whether the
 * address is anybody's is looked up when the mail is sent, so that nobody learns it by asking.
 */
@Component
public class PasswordResets {
  static final String ASK =
      """
      insert into mails (kind, recipient, language) values ('password-reset', $1, $2)
      on conflict (recipient) where kind = 'password-reset' and attempts = 0 do nothing
      """;

  /** Locked or not: whoever reads the address's mail gets in. */
  static final String LINK =
      """
      select users.id, credentials.password_hash
      from mail_links as link join users on users.id = link.user_id and users.email = link.email
        join credentials on credentials.user_id = users.id
      where link.digest = $1 and link.kind = 'password-reset' and link.until > statement_timestamp()
      """;

  private final Database database;
  private final Outbox outbox;
  private final Passwords passwords;
  private final PasswordWrites writes;

  PasswordResets(Database database, Outbox outbox, Passwords passwords, PasswordWrites writes) {
    this.database = database;
    this.outbox = outbox;
    this.passwords = passwords;
    this.writes = writes;
  }

  /**
   * Has a link sent to the address, which is in its one form, if somebody has it.
   *
   * @param language of the mail
   * @throws ApiException SERVICE_UNAVAILABLE when there is no mail
   */
  public Mono<Void> ask(String address, String language) {
    return Mono.defer(
        () -> {
          outbox.requireOpen();
          return database.change(ASK, address, language).doOnNext(_ -> outbox.nudge()).then();
        });
  }

  /**
   * Sets the password of the user whom the link was sent to. The link is looked up before anything
   * is hashed, so that guessing links costs no more than a read.
   *
   * @param ip of whoever follows the link
   * @throws ApiException LINK_NOT_VALID when it was used, is too old or no link at all
   */
  public Mono<Void> reset(
      String secret, String password, @Nullable String ip, @Nullable String requestId) {
    var digest = LinkSecrets.digest(secret);
    return database
        .one(LINK, Owner::from, (Object) digest)
        .flatMap(
            owner ->
                passwords
                    .hash(password)
                    .flatMap(
                        hash ->
                            writes.reset(
                                owner.id(),
                                new Replacement(owner.hash(), hash),
                                digest,
                                new Actor(owner.id().toString(), null, ip, requestId))))
        .contextWrite(Passwords.sharedBy(ip))
        .filter(done -> done)
        .switchIfEmpty(Mono.error(PasswordResets::notValid))
        .then();
  }

  /** The same whatever is wrong with it. */
  public static ApiException notValid() {
    return ApiException.refused("LINK_NOT_VALID", "This link was used or is too old");
  }

  private record Owner(UUID id, String hash) {
    static Owner from(Readable row) {
      return new Owner(
          Rows.required(row, "id", UUID.class), Rows.required(row, "password_hash", String.class));
    }

    @Override
    public String toString() {
      return "Owner[" + id + "]";
    }
  }
}
