package io.gatehouse.auth.revocations;

import io.gatehouse.auth.users.UserService.Revoked;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What the gateways poll: the entries of the set that may still hit a token. */
@Component
class LiveRevocations {
  private final JdbcClient jdbc;

  LiveRevocations(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * Entries in the order in which they were added.
   *
   * @param asOf whoever asks next asks for what was added since
   */
  record RevocationSet(Instant asOf, List<Revoked> entries) {}

  /** All of them, or those added at or after {@code since}. */
  RevocationSet since(@Nullable Instant since) {
    // The time is taken before the entries are read: what is added meanwhile comes with the next.
    var asOf =
        jdbc.sql("select clock_timestamp()")
            .query((row, _) -> row.getTimestamp(1).toInstant())
            .single();
    var entries =
        jdbc.sql(
                """
                select kind, value, at, except_sid, until, ends from revocation
                where added_at >= :since and until > now() order by added_at
                """)
            .param("since", Timestamp.from(since == null ? Instant.EPOCH : since))
            .query(
                (row, _) ->
                    new Revoked(
                        row.getString("kind"),
                        row.getString("value"),
                        row.getTimestamp("at").toInstant(),
                        row.getString("except_sid"),
                        row.getTimestamp("until").toInstant(),
                        row.getString("ends")))
            .list();
    return new RevocationSet(asOf, entries);
  }
}
