package io.gatehouse.users;

import static io.gatehouse.users.store.Columns.value;

import io.gatehouse.users.store.Database;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/** Whose sign-ins have ended: written by {@link UnitOfWork}, read by the issuer. */
@Repository
class Revocations {
  /** The clock is read in the same statement, so that nothing falls between two polls. */
  static final String SINCE =
      """
      select statement_timestamp() as as_of, user_id, at, except_sid, until
      from (select) as one
      left join revocations on at >= $1 and until > statement_timestamp()
      """;

  private final Database database;

  Revocations(Database database) {
    this.database = database;
  }

  /** The live entries that were added at or after a time, and the time of this answer. */
  record Live(String asOf, List<Entry> entries) {}

  /** Ends every sign-in of a user that began at or before {@code at}, but {@code exceptSid}. */
  record Entry(String kind, String value, String at, @Nullable String exceptSid, String until) {}

  private record Row(Instant asOf, @Nullable Entry entry) {
    static Row from(Readable row) {
      var user = row.get("user_id", UUID.class);
      return new Row(value(row, "as_of", Instant.class), user == null ? null : entry(row, user));
    }

    private static Entry entry(Readable row, UUID user) {
      return new Entry(
          "sub",
          user.toString(),
          Times.text(value(row, "at", Instant.class)),
          row.get("except_sid", String.class),
          Times.text(value(row, "until", Instant.class)));
    }
  }

  Mono<Live> since(Instant since) {
    return database
        .list(SINCE, Row::from, since)
        .map(
            rows ->
                new Live(
                    Times.text(rows.getFirst().asOf()),
                    rows.stream().map(Row::entry).filter(Objects::nonNull).toList()));
  }
}
