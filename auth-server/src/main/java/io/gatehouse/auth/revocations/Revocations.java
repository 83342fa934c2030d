package io.gatehouse.auth.revocations;

import io.gatehouse.auth.AuthProperties;
import io.gatehouse.auth.users.SignInIds;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.auth.users.UserService.Revoked;
import io.gatehouse.defaults.tokens.AccessToken;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
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

  private static final UUID NOBODY = new UUID(0, 0);

  private static final int BATCH = 1_000;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final WebSessions sessions;
  private final Clock clock;
  private final Duration life;

  Revocations(
      JdbcClient jdbc,
      TransactionTemplate transaction,
      WebSessions sessions,
      AuthProperties properties,
      Clock clock) {
    this.jdbc = jdbc;
    this.sessions = sessions;
    this.transaction = transaction;
    this.clock = clock;
    this.life = properties.accessTokenTtl().plus(MARGIN);
  }

  /** Ends one family: its refresh token and every access token of it. */
  public void revokeFamily(UUID id) {
    end("id = :key", Map.of("key", id));
  }

  /** Ends the family with this {@code sid}. */
  public void revokeSid(UUID sid) {
    end("sid = :key", Map.of("key", sid));
  }

  /** Ends every family of a user. */
  public void revokeUser(String user) {
    endAll(":kept is not null", user, NOBODY);
  }

  /** Ends every family of a user but one. */
  public void revokeOthers(String user, UUID sid) {
    endAll("sid is distinct from :kept", user, sid);
  }

  /** Ends every family of a user but what one web sign-in granted to its own browser. */
  public void revokeOtherBrowsers(String user, UUID signIn) {
    endAll("(sign_in is distinct from :kept or grant_type <> 'authorization_code')", user, signIn);
  }

  /** As many at a time as a statement should. */
  private void endAll(String condition, String user, UUID kept) {
    var batch =
        """
        id in (select id from token_family where user_id = :user and %s limit %d)
        """
            .formatted(condition, BATCH);
    while (end(batch, Map.of("user", user, "kept", kept)) == BATCH) {
      // There are more.
    }
  }

  /** Ends every family that a web sign-in granted, and what it is about to grant. */
  public void revokeSignIn(UUID signIn) {
    addSignIn(signIn);
    end("sign_in = :key and grant_type = 'authorization_code'", Map.of("key", signIn));
  }

  /** Has nothing more granted through a web sign-in; what it granted before goes on. */
  void addSignIn(UUID signIn) {
    add("sid", signIn.toString(), clock.instant().plus(life));
  }

  /** Ends one access token. */
  public void revokeToken(String jti, Instant expiresAt) {
    add("jti", jti, expiresAt.plus(MARGIN));
  }

  private void add(String kind, String value, Instant until) {
    jdbc.sql(
            """
            insert into revocation (kind, value, at, until)
            values (:kind, :value, clock_timestamp(), :until) on conflict do nothing
            """)
        .param("kind", kind)
        .param("value", value)
        .param("until", Timestamp.from(until))
        .update();
  }

  /** Ends the access tokens that this client was given until now; its sign-ins go on. */
  public void revokeTokensOfClient(String client) {
    addOfClient(client, "clock_timestamp()");
  }

  /** Ends whatever this client was given, also what is in the making: it is gone for good. */
  public void revokeClient(String client) {
    addOfClient(client, ":until::timestamptz");
  }

  private void addOfClient(String client, String at) {
    jdbc.sql(
            """
            insert into revocation (kind, value, at, until, ends)
            values ('client', :client, %s, :until::timestamptz, 'tokens') on conflict do nothing
            """
                .formatted(at))
        .param("client", client)
        .param("until", Timestamp.from(clock.instant().plus(life)))
        .update();
  }

  /**
   * Takes over an entry of user-service and removes what it hits: families, passkeys that were
   * added since, and, if it ends everything, all passkeys and consents. May be done again and
   * again: whoever was cut short starts anew.
   */
  void adopt(Revoked entry) {
    transaction.executeWithoutResult(
        _ -> {
          jdbc.sql(
                  """
                  insert into revocation (kind, value, at, except_sid, until, ends)
                  values (:kind, :value, :at, :exceptSid, :until, :ends) on conflict do nothing
                  """)
              .param("kind", entry.kind())
              .param("value", entry.value())
              .param("at", Timestamp.from(entry.at()))
              .param("exceptSid", entry.exceptSid())
              .param("until", Timestamp.from(entry.until()))
              .param("ends", entry.endsSignIns() ? "sign-ins" : "tokens")
              .update();
          removeHit(entry);
        });
  }

  /** Whether a live entry ends this web sign-in or every sign-in of its user until then. */
  public boolean hitsSignIn(SignedInUser user) {
    return jdbc.sql(
            """
            select exists (select 1 from revocation where until > now() and (
              (kind = 'sid' and value = :signIn)
              or (kind = 'sub' and value = :user and at >= :signedIn and ends = 'sign-ins')))
            """)
        .param("signIn", user.signIn().toString())
        .param("user", user.id())
        .param("signedIn", Timestamp.from(SignInIds.timeOf(user.signIn())))
        .query(Boolean.class)
        .single();
  }

  /**
   * Whether a live entry hits this token; {@code sid} is null for client credentials.
   *
   * @param madeAt when the token was made; entries that end tokens alone hit older ones
   */
  private boolean hits(
      String subject, @Nullable UUID sid, String jti, String client, Instant madeAt) {
    return jdbc.sql(
            """
            select exists (select 1 from revocation where until > now() and (
              (kind = 'jti' and value = :jti)
              or (kind = 'sid' and value = :sid)
              or (kind = 'sub' and value = :sub and ends = 'sign-ins' and at >= :signedIn
                  and except_sid is distinct from :sid)
              or (kind = 'sub' and value = :sub and ends = 'tokens' and at >= :madeAt)
              or (kind = 'client' and value = :client and at >= :madeAt)))
            """)
        .param("jti", jti)
        .param("client", client)
        .param("sid", sid == null ? "" : sid.toString())
        .param("sub", sid == null ? "" : subject)
        .param("signedIn", Timestamp.from(sid == null ? Instant.EPOCH : SignInIds.timeOf(sid)))
        .param("madeAt", Timestamp.from(madeAt))
        .query(Boolean.class)
        .single();
  }

  /** Whether a live entry hits this access token. */
  public boolean hits(AccessToken token) {
    var sid = token.sid() == null ? null : UUID.fromString(token.sid());
    return hits(token.subject(), sid, token.jti(), token.clientId(), token.madeAt());
  }

  /**
   * Forgets entries that hit nothing any more, and families and sessions that slipped in beside
   * one.
   */
  public void forgetExpired() {
    var now = Timestamp.from(clock.instant());
    jdbc.sql(
            """
            select value, at from revocation
            where kind = 'sub' and ends = 'sign-ins' and until < :now
            """)
        .param("now", now)
        .query((row, _) -> sessions.end(row.getString("value"), row.getTimestamp("at").toInstant()))
        .list();
    transaction.executeWithoutResult(
        _ -> {
          jdbc.sql(
                  """
                  delete from token_family f using revocation r
                  where r.kind = 'sub' and r.ends = 'sign-ins' and r.until < :now
                    and f.user_id = r.value
                    and f.signed_in_at <= r.at and f.sid::text is distinct from r.except_sid
                  """)
              .param("now", now)
              .update();
          jdbc.sql("delete from revocation where until < :now").param("now", now).update();
        });
  }

  private void removeHit(Revoked entry) {
    if (entry.endsEverything()) {
      removeFootholds(entry);
    }
    if (!entry.endsSignIns()) {
      return;
    }
    switch (entry.kind()) {
      case "sub" ->
          // With the passkeys that such a sign-in added before its end was heard of here.
          jdbc.sql(
                  """
                  with passkeys as (
                    delete from passkey
                    where user_id = :user and signed_in_at <= :at and created_at > :at)
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

  /** What lets somebody in, or has nothing asked of a client, without a sign-in that goes on. */
  private void removeFootholds(Revoked entry) {
    jdbc.sql(
            """
            with passkeys as (delete from passkey where user_id = :user and signed_in_at <= :at)
            delete from consent where user_id = :user and granted_at <= :at
            """)
        .param("user", entry.value())
        .param("at", Timestamp.from(entry.at()))
        .update();
  }

  /** Returns how many families ended that had been a sign-in. */
  private int end(String condition, Map<String, ?> keys) {
    return jdbc.sql(
            """
            with ended as (delete from token_family where %s returning sid)
            insert into revocation (kind, value, at, until)
            select 'sid', sid::text, clock_timestamp(), :until::timestamptz from ended where sid is not null
            on conflict do nothing
            """
                .formatted(condition))
        .params(keys)
        .param("until", Timestamp.from(clock.instant().plus(life)))
        .update();
  }
}
