package io.gatehouse.auth.grants;

import io.gatehouse.auth.users.SignedInUser;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One row of {@code token_family}, as read. */
record FamilyRow(
    UUID id,
    String clientId,
    String grantType,
    @Nullable String userId,
    @Nullable UUID sid,
    @Nullable UUID signIn,
    Set<String> scopes,
    @Nullable String request,
    @Nullable Lifetime code,
    @Nullable Lifetime device,
    boolean userCodeUsed,
    int refreshNumber,
    @Nullable Lifetime refresh,
    int version,
    @Nullable String method,
    boolean ended,
    boolean browserEnded) {

  /** When a code or token was issued, until when it is good, and whether it was spent. */
  record Lifetime(Instant issuedAt, Instant expiresAt, boolean used) {}

  static FamilyRow read(ResultSet row) throws SQLException {
    var created = instant(row, "created_at");
    return new FamilyRow(
        row.getObject("id", UUID.class),
        row.getString("client_id"),
        row.getString("grant_type"),
        row.getString("user_id"),
        row.getObject("sid", UUID.class),
        row.getObject("sign_in", UUID.class),
        words(row.getArray("scopes")),
        row.getString("request"),
        lifetime(created, instant(row, "code_expires_at"), row.getBoolean("code_used")),
        lifetime(created, instant(row, "device_expires_at"), row.getBoolean("device_code_used")),
        row.getBoolean("user_code_used"),
        row.getInt("refresh_number"),
        lifetime(instant(row, "refresh_issued_at"), instant(row, "refresh_expires_at"), false),
        row.getInt("version"),
        row.getString("method"),
        row.getBoolean("ended"),
        row.getBoolean("browser_ended"));
  }

  /** The user, once known: a device request has none until somebody allows it. */
  @Nullable SignedInUser user() {
    return userId == null
        ? null
        : new SignedInUser(userId, "", Objects.requireNonNull(signIn), method);
  }

  /** What a renewed ID token repeats of the first. */
  Map<String, Object> idTokenClaims() {
    return Map.of(
        "sub",
        Objects.requireNonNull(userId),
        "sid",
        Objects.requireNonNull(sid).toString(),
        "auth_time",
        Date.from(io.gatehouse.auth.users.SignInIds.timeOf(Objects.requireNonNull(signIn))));
  }

  private static @Nullable Lifetime lifetime(
      @Nullable Instant issued, @Nullable Instant expires, boolean used) {
    return issued == null || expires == null ? null : new Lifetime(issued, expires, used);
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    Timestamp time = row.getTimestamp(column);
    return time == null ? null : time.toInstant();
  }

  private static Set<String> words(Array array) throws SQLException {
    return new LinkedHashSet<>(List.of((String[]) array.getArray()));
  }
}
