package io.gatehouse.auth.revocations;

import io.gatehouse.auth.AuthProperties;
import io.gatehouse.auth.users.SignInIds;
import io.gatehouse.auth.users.UserService.Revoked;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The set of revocations. Ending a family removes it and adds its entry in one statement, so a
 * token is never renewable once it is revoked, nor the other way round.
 */
@Component
public class Revocations {
  /** Longer than verifiers' clocks differ and than a token may be in the making. */
  private static final Duration MARGIN = Duration.ofMinutes(1);

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Clock clock;
  private final Duration life;

  Revocations(
      JdbcClient jdbc, TransactionTemplate transaction, AuthProperties properties, Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.clock = clock;
    this.life = properties.accessTokenTtl().plus(MARGIN);
  }

  /** Ends one family: its refresh token and every access token of it. */
  public void revokeFamily(UUID id) {
    end("id = :key", id);
  }

  /** Ends the family with this {@code sid}. */
  public void revokeSid(UUID sid) {
    end("sid = :key", sid);
  }

  /** Ends every family that a web sign-in granted. */
  public void revokeSignIn(UUID signIn) {
    end("sign_in = :key and grant_type = 'authorization_code'", signIn);
  }

  /** Ends one access token. */
  public void revokeToken(String jti, Instant expiresAt) {
    jdbc.sql(
            """
            insert into revocation (kind, value, at, until)
            values ('jti', :jti, clock_timestamp(), :until) on conflict do nothing
            """)
        .param("jti", jti)
        .param("until", Timestamp.from(expiresAt.plus(MARGIN)))
        .update();
  }

  /**
   * Takes over an entry of user-service and removes the families it hits.
   *
   * @return false when it was known already
   */
  boolean adopt(Revoked entry) {
    return Boolean.TRUE.equals(
        transaction.execute(
            _ -> {
              var added =
                  jdbc.sql(
                          """
                          insert into revocation (kind, value, at, except_sid, until)
                          values (:kind, :value, :at, :exceptSid, :until) on conflict do nothing
                          """)
                      .param("kind", entry.kind())
                      .param("value", entry.value())
                      .param("at", Timestamp.from(entry.at()))
                      .param("exceptSid", entry.exceptSid())
                      .param("until", Timestamp.from(entry.until()))
                      .update();
              if (added == 1) {
                removeHit(entry);
              }
              return added == 1;
            }));
  }

  /** Whether a live entry ends this family or every sign-in of its user until then. */
  public boolean hits(String user, @Nullable UUID sid) {
    return sid != null && hits(user, sid, "");
  }

  /** Whether a live entry hits this token; {@code sid} is null for client credentials. */
  public boolean hits(String subject, @Nullable UUID sid, String jti) {
    return jdbc.sql(
            """
            select exists (select 1 from revocation where until > now() and (
              (kind = 'jti' and value = :jti)
              or (kind = 'sid' and value = :sid)
              or (kind = 'sub' and value = :sub and at >= :signedIn
                  and except_sid is distinct from :sid)))
            """)
        .param("jti", jti)
        .param("sid", sid == null ? "" : sid.toString())
        .param("sub", sid == null ? "" : subject)
        .param("signedIn", Timestamp.from(sid == null ? Instant.EPOCH : SignInIds.timeOf(sid)))
        .query(Boolean.class)
        .single();
  }

  /** What the gateways poll: all live entries, or those added at or after {@code since}. */
  RevocationSet liveSince(@Nullable Instant since) {
    // The time is taken before the entries are read: what is added meanwhile comes with the next.
    var asOf =
        jdbc.sql("select clock_timestamp()")
            .query((row, _) -> row.getTimestamp(1).toInstant())
            .single();
    var entries =
        jdbc.sql(
                """
                select kind, value, at, except_sid, until from revocation
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
                        row.getTimestamp("until").toInstant()))
            .list();
    return new RevocationSet(asOf, entries);
  }

  record RevocationSet(Instant asOf, List<Revoked> entries) {}

  /** Forgets entries that hit nothing any more, and families that slipped in beside one. */
  public void forgetExpired() {
    var now = Timestamp.from(clock.instant());
    transaction.executeWithoutResult(
        _ -> {
          jdbc.sql(
                  """
                  delete from token_family f using revocation r
                  where r.kind = 'sub' and r.until < :now and f.user_id = r.value
                    and f.signed_in_at <= r.at and f.sid::text is distinct from r.except_sid
                  """)
              .param("now", now)
              .update();
          jdbc.sql("delete from revocation where until < :now").param("now", now).update();
        });
  }

  private void removeHit(Revoked entry) {
    switch (entry.kind()) {
      case "sub" ->
          jdbc.sql(
                  """
                  delete from token_family where user_id = :user and signed_in_at <= :at
                    and sid::text is distinct from :exceptSid
                  """)
              .param("user", entry.value())
              .param("at", Timestamp.from(entry.at()))
              .param("exceptSid", entry.exceptSid())
              .update();
      case "sid" ->
          jdbc.sql("delete from token_family where sid::text = :sid")
              .param("sid", entry.value())
              .update();
      default -> {
        // A single token: its family lives on.
      }
    }
  }

  private void end(String condition, UUID key) {
    jdbc.sql(
            """
            with ended as (delete from token_family where %s returning sid)
            insert into revocation (kind, value, at, until)
            select 'sid', sid::text, clock_timestamp(), :until from ended where sid is not null
            on conflict do nothing
            """
                .formatted(condition))
        .param("key", key)
        .param("until", Timestamp.from(clock.instant().plus(life)))
        .update();
  }
}
