package io.gatehouse.users.mail;

import static io.gatehouse.store.Rows.required;

import io.gatehouse.store.Database;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The outbox as PostgreSQL has it. */
final class OutboxRows {
  /**
   * Takes the mail that is due longest. Whoever took it has it for the lease's time; others pass
   * over it meanwhile, and after that.
   */
  static final String TAKE =
      """
      update mails set attempts = attempts + 1,
        due = statement_timestamp() + $1 * interval '1 ms'
      where id = (select id from mails where due <= statement_timestamp()
        order by due limit 1 for update skip locked)
      returning id, kind, recipient, user_id, about, language, attempts
      """;

  /** A reset is somebody's when the address is; the one who asked learns neither. */
  static final String LINK_RESET =
      """
      insert into mail_links (digest, kind, user_id, email, until)
      select $1, 'password-reset', id, email, statement_timestamp() + interval '30 minutes'
      from users where email = $2
      """;

  static final String LINK_VERIFICATION =
      """
      insert into mail_links (digest, kind, user_id, email, until)
      select $1, 'verification', id, email, statement_timestamp() + interval '7 days'
      from users where id = $3 and email = $2 and not email_verified
      """;

  /** Not for an address that somebody else has by now. */
  static final String LINK_ADDRESS =
      """
      insert into mail_links (digest, kind, user_id, email, until)
      select $1, 'address-change', id, pending_email, pending_until
      from users where id = $3 and pending_email = $2 and pending_until > statement_timestamp()
        and not exists (select from users as other where other.email = $2)
      """;

  static final String LINK_SIGN_UP =
      """
      insert into sign_ups (digest, email, name, until)
      select $1, $2, $3, statement_timestamp() + interval '1 day'
      where not exists (select from users where email = $2)
      """;

  static final String COUNT =
      """
      insert into mail_counts as known (key, count, since)
      values (sha256(convert_to($1, 'UTF8')), 1, statement_timestamp())
      on conflict (key) do update set
        count = case when known.since < statement_timestamp() - $3 * interval '1 ms'
          then 1 else known.count + 1 end,
        since = case when known.since < statement_timestamp() - $3 * interval '1 ms'
          then statement_timestamp() else known.since end
      where known.count < $2 or known.since < statement_timestamp() - $3 * interval '1 ms'
      returning count
      """;

  /** Of this attempt alone: a later one is another sender's. */
  static final String DONE = "delete from mails where id = $1 and attempts = $2";

  static final String AGAIN =
      """
      update mails set due = statement_timestamp() + $3 * interval '1 ms', problem = $4
      where id = $1 and attempts = $2
      """;

  static final String PARK =
      "update mails set due = null, problem = $3 where id = $1 and attempts = $2";

  /** Counts no further than there is need to. */
  static final String STATE =
      """
      select (select count(*) from (select from mails where due is null limit 100000) as parked) as parked,
        (select count(*) from (select from mails where due is not null limit 100000) as waiting) as waiting,
        coalesce((select extract(epoch from statement_timestamp() - created_at)::float8 from mails
          where due is not null order by id limit 1), 0) as age
      """;

  private final Database database;

  OutboxRows(Database database) {
    this.database = database;
  }

  /** A mail that is to be sent now. */
  record Taken(
      long id,
      MailKind kind,
      String recipient,
      @Nullable UUID user,
      @Nullable String about,
      String language,
      int attempts) {
    static Taken from(Readable row) {
      return new Taken(
          required(row, "id", Long.class),
          MailKind.of(required(row, "kind", String.class)),
          required(row, "recipient", String.class),
          row.get("user_id", UUID.class),
          row.get("about", String.class),
          required(row, "language", String.class),
          required(row, "attempts", Integer.class));
    }
  }

  /** What is there: how many, and how old the oldest that waits, in seconds. */
  record State(long parked, long waiting, double age) {
    static State from(Readable row) {
      return new State(
          required(row, "parked", Long.class),
          required(row, "waiting", Long.class),
          required(row, "age", Double.class));
    }
  }

  Mono<Taken> take(Duration lease) {
    return database.one(TAKE, Taken::from, lease.toMillis());
  }

  /** What is to be sent of the mail, whose link is good from now on; empty when nothing is. */
  Mono<MailKind> link(Taken mail, byte[] digest) {
    return switch (mail.kind()) {
      case PASSWORD_RESET -> linked(mail, database.change(LINK_RESET, digest, mail.recipient()));
      case VERIFICATION ->
          linked(mail, database.change(LINK_VERIFICATION, digest, mail.recipient(), user(mail)));
      case ADDRESS_CHANGE ->
          linked(mail, database.change(LINK_ADDRESS, digest, mail.recipient(), user(mail)));
      case SIGN_UP ->
          linked(mail, database.change(LINK_SIGN_UP, digest, mail.recipient(), mail.about()))
              .defaultIfEmpty(MailKind.SIGN_UP_NOTICE);
      case ADDRESS_NOTICE, SIGN_IN_NOTICE, SIGN_UP_NOTICE -> Mono.just(mail.kind());
    };
  }

  private static Mono<MailKind> linked(Taken mail, Mono<Long> rows) {
    return rows.filter(count -> count > 0).map(_ -> mail.kind());
  }

  private static Object user(Taken mail) {
    var user = mail.user();
    return user == null ? Database.nothing(UUID.class) : user;
  }

  /** Whether this one is within what the address, and the user who caused it, may have. */
  Mono<Boolean> isWithinLimits(Taken mail) {
    var address = counted(mail.kind().key() + " to " + mail.recipient(), mail.kind().perAddress());
    return mail.kind().goesAnywhere()
        ? counted(mail.kind().key() + " by " + mail.user(), MailKind.PER_USER)
            .flatMap(within -> within ? address : Mono.just(false))
        : address;
  }

  private Mono<Boolean> counted(String key, int limit) {
    return database
        .one(COUNT, _ -> true, key, limit, MailKind.WINDOW.toMillis())
        .defaultIfEmpty(false);
  }

  Mono<Void> done(Taken mail) {
    return database.change(DONE, mail.id(), mail.attempts()).then();
  }

  Mono<Void> again(Taken mail, Duration pause, String problem) {
    return database.change(AGAIN, mail.id(), mail.attempts(), pause.toMillis(), problem).then();
  }

  Mono<Void> park(Taken mail, String problem) {
    return database.change(PARK, mail.id(), mail.attempts(), problem).then();
  }

  Mono<State> state() {
    return database.one(STATE, State::from);
  }
}
