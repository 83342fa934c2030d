package io.gatehouse.users.published;

import static io.gatehouse.store.Rows.required;

import io.gatehouse.defaults.platform.Times;
import io.gatehouse.store.Database;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/** Whose sign-ins have ended: written by {@code UnitOfWork}, read by the issuer. */
@Repository
public class Revocations {
  private static final int MAX_ENTRIES = 10_000;

  /** The clock is read in the same statement, so that nothing falls between two polls. */
  static final String SINCE =
      """
      select statement_timestamp() as as_of, user_id, at, except_sid, until, ends
      from (select) as one left join (
        select * from revocations where at >= $1 and ($2 or until > statement_timestamp())
        order by at limit $3) as entries on true
      order by at
      """;

  private final Database database;

  Revocations(Database database) {
    this.database = database;
  }

  /** Entries in the order of their times, at most 10 000, and the time to ask from next. */
  public record Live(String asOf, List<Entry> entries) {}

  /**
   * Ends what a user has since before {@code at}.
   *
   * @param ends {@code sign-ins}: every sign-in that began at or before {@code at}, but {@code
   *     exceptSid}; {@code everything}: with them the passkeys and consents that such sign-ins
   *     added; {@code tokens}: only the access tokens made by then, whose roles have changed
   */
  public record Entry(
      String kind,
      String value,
      String at,
      @Nullable String exceptSid,
      String until,
      String ends) {}

  private record Row(Instant asOf, @Nullable Entry entry) {
    static Row from(Readable row) {
      var user = row.get("user_id", UUID.class);
      return new Row(required(row, "as_of", Instant.class), user == null ? null : entry(row, user));
    }

    private static Entry entry(Readable row, UUID user) {
      return new Entry(
          "sub",
          user.toString(),
          Times.text(required(row, "at", Instant.class)),
          row.get("except_sid", String.class),
          Times.text(required(row, "until", Instant.class)),
          required(row, "ends", String.class));
    }
  }

  /** The live entries. */
  public Mono<Live> live() {
    return read(Instant.EPOCH, false);
  }

  /** Every entry from a time on, for a reader that may have been away for longer than they live. */
  public Mono<Live> since(Instant since) {
    return read(since, true);
  }

  /** A full answer is as of its last entry: the rest is asked for next. */
  private Mono<Live> read(Instant since, boolean ended) {
    return database
        .list(SINCE, Row::from, since, ended, MAX_ENTRIES)
        .map(
            rows -> {
              var entries = rows.stream().map(Row::entry).filter(Objects::nonNull).toList();
              return new Live(
                  entries.size() < MAX_ENTRIES
                      ? Times.text(rows.getFirst().asOf())
                      : entries.getLast().at(),
                  entries);
            });
  }
}
