package io.gatehouse.auth.grants;

import io.gatehouse.auth.revocations.Revocations;
import io.gatehouse.auth.revocations.WebSignIns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * A person's sign-ins: the token families that were given something and can be used still. Ending
 * one ends its tokens and the browser session that it came from, on every instance.
 */
@Component
public class SignIns {
  /**
   * Has tokens, or had its code taken for them: what waits for consent or for a device is none yet.
   */
  private static final String GIVEN =
      """
      sid is not null and expires_at > now() and (refresh_number > 0
        or (code_used and code_hash is not null) or device_code_used)
      """;

  private final JdbcClient jdbc;
  private final Revocations revocations;
  private final WebSignIns browsers;

  SignIns(JdbcClient jdbc, Revocations revocations, WebSignIns browsers) {
    this.jdbc = jdbc;
    this.revocations = revocations;
    this.browsers = browsers;
  }

  /**
   * One sign-in.
   *
   * @param client the client's id
   * @param browser the web sign-in that it was granted through; null of a device, which has its own
   *     life
   * @param lastUsedAt when its tokens were renewed last
   * @param ip from where it began
   * @param userAgent by which program
   */
  public record SignIn(
      UUID sid,
      String client,
      @Nullable UUID browser,
      Instant startedAt,
      Instant lastUsedAt,
      @Nullable String ip,
      @Nullable String userAgent) {}

  /** Newest first. */
  public List<SignIn> page(String user, Optional<UUID> before, int limit) {
    return jdbc.sql(
            """
            select sid, client_id, grant_type, sign_in, signed_in_at, last_used_at, ip, user_agent
            from token_family where user_id = :user and sid < :before and %s
            order by sid desc limit :limit
            """
                .formatted(GIVEN))
        .param("user", user)
        .param("before", before.orElse(new UUID(-1, -1)))
        .param("limit", limit)
        .query((row, _) -> read(row))
        .list();
  }

  /** The web sign-in that granted this one; empty of a device, and when the user has none such. */
  public Optional<UUID> browserOf(String user, UUID sid) {
    return find(user, sid).map(SignIn::browser);
  }

  /**
   * Ends one of the user's sign-ins, with the browser session behind it.
   *
   * @param kept the web sign-in whose browser stays signed in
   * @return false when the user has no such sign-in
   */
  public boolean end(String user, UUID sid, @Nullable UUID kept) {
    var found = find(user, sid);
    if (found.isEmpty()) {
      return false;
    }
    var browser = found.get().browser();
    if (browser != null && !browser.equals(kept)) {
      browsers.end(user, browser);
    }
    revocations.revokeSid(sid);
    return true;
  }

  /** Ends all of the user's sign-ins and browser sessions but this one and its browser. */
  public void endOthers(String user, UUID sid) {
    browsers.endOthers(user, browserOf(user, sid).orElse(null));
    revocations.revokeOthers(user, sid);
  }

  /** Ends all of the user's sign-ins and browser sessions. */
  public void endAll(String user) {
    browsers.endOthers(user, null);
    revocations.revokeUser(user);
  }

  /** Ends all of the user's sign-ins and browser sessions but this browser and what it granted. */
  public void endOtherBrowsers(String user, UUID kept) {
    browsers.endOthers(user, kept);
    revocations.revokeOtherBrowsers(user, kept);
  }

  private Optional<SignIn> find(String user, UUID sid) {
    return jdbc.sql(
            """
            select sid, client_id, grant_type, sign_in, signed_in_at, last_used_at, ip, user_agent
            from token_family where sid = :sid and user_id = :user and %s
            """
                .formatted(GIVEN))
        .param("sid", sid)
        .param("user", user)
        .query((row, _) -> read(row))
        .optional();
  }

  private static SignIn read(ResultSet row) throws SQLException {
    return new SignIn(
        row.getObject("sid", UUID.class),
        row.getString("client_id"),
        row.getString("grant_type").equals("authorization_code")
            ? row.getObject("sign_in", UUID.class)
            : null,
        Objects.requireNonNull(row.getTimestamp("signed_in_at")).toInstant(),
        row.getTimestamp("last_used_at").toInstant(),
        row.getString("ip"),
        row.getString("user_agent"));
  }
}
