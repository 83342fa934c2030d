package io.gatehouse.auth.passkeys;

import io.gatehouse.auth.users.PasskeyOrigin;
import io.gatehouse.auth.users.SignInIds;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.web.webauthn.api.AuthenticatorTransport;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.CredentialRecord;
import org.springframework.security.web.webauthn.api.ImmutableCredentialRecord;
import org.springframework.security.web.webauthn.api.ImmutablePublicKeyCose;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialType;
import org.springframework.security.web.webauthn.management.UserCredentialRepository;
import org.springframework.stereotype.Component;

/** Passkeys in PostgreSQL, one row each. To the library a user's handle is the user's id. */
@Component
public class Passkeys implements UserCredentialRepository {
  /** Of one user. */
  static final int MOST = 20;

  /** What a person may call one. */
  static final String NAME = "(?=.*\\S)[^\\p{C}\\p{Zl}\\p{Zp}]{1,50}";

  static final String NAME_RULE = "must be 1 to 50 characters of text";
  private static final Pattern NAMES = Pattern.compile(NAME);

  private final JdbcClient jdbc;
  private final Clock clock;

  Passkeys(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** As its owner is shown it; {@code lastUsedAt} is null until it was used. */
  public record Passkey(UUID id, String name, Instant createdAt, @Nullable Instant lastUsedAt) {}

  /** Newest first; never more than {@link #MOST}. */
  public List<Passkey> of(String user) {
    return jdbc.sql(
            """
            select id, name, created_at, last_used_at from passkey
            where user_id = :user order by id desc limit :most
            """)
        .param("user", user)
        .param("most", MOST)
        .query(
            (row, _) ->
                new Passkey(
                    row.getObject("id", UUID.class),
                    row.getString("name"),
                    row.getTimestamp("created_at").toInstant(),
                    instant(row, "last_used_at")))
        .list();
  }

  static boolean isName(String text) {
    return NAMES.matcher(text).matches();
  }

  /** What came of renaming. */
  public enum Renamed {
    DONE,
    BAD_NAME,
    /** The user has none such. */
    UNKNOWN
  }

  /** Calls one of the user's by another name. */
  public Renamed rename(String user, UUID id, String name) {
    if (!isName(name)) {
      return Renamed.BAD_NAME;
    }
    var changed =
        jdbc.sql("update passkey set name = :name where id = :id and user_id = :user")
            .param("name", name)
            .param("id", id)
            .param("user", user)
            .update();
    return changed == 1 ? Renamed.DONE : Renamed.UNKNOWN;
  }

  /** Removes one of the user's; false when the user has none such. */
  public boolean remove(String user, UUID id) {
    return jdbc.sql("delete from passkey where id = :id and user_id = :user")
            .param("id", id)
            .param("user", user)
            .update()
        == 1;
  }

  /** Removes all of a user's, as of one who was deleted. */
  public void removeAll(String user) {
    jdbc.sql("delete from passkey where user_id = :user").param("user", user).update();
  }

  /** Where it comes from; empty when it is there no more. */
  Optional<PasskeyOrigin> origin(Bytes credentialId) {
    return jdbc.sql(
            "select signed_in_at, created_at from passkey where credential_id = :credential")
        .param("credential", credentialId.getBytes())
        .query(
            (row, _) ->
                new PasskeyOrigin(
                    row.getTimestamp("signed_in_at").toInstant(),
                    row.getTimestamp("created_at").toInstant()))
        .optional();
  }

  /** The same passkeys, where what is saved is new, and a sign-in added it. */
  UserCredentialRepository addedBy(UUID signIn) {
    return new UserCredentialRepository() {
      @Override
      public void save(CredentialRecord record) {
        add(record, SignInIds.timeOf(signIn));
      }

      @Override
      public @Nullable CredentialRecord findByCredentialId(Bytes credentialId) {
        return Passkeys.this.findByCredentialId(credentialId);
      }

      @Override
      public List<CredentialRecord> findByUserId(Bytes handle) {
        return Passkeys.this.findByUserId(handle);
      }

      @Override
      public void delete(Bytes credentialId) {
        Passkeys.this.delete(credentialId);
      }
    };
  }

  /**
   * Notes the use of a known one. One that was removed meanwhile does not come back.
   *
   * @throws ClonedPasskeyException when its counter did not grow: two have the same key (WebAuthn
   *     section 6.1.1). The library compares with the counter of the registration alone.
   */
  @Override
  public void save(CredentialRecord record) {
    var changed =
        jdbc.sql(
                """
                update passkey set signature_count = :count, backup_state = :backedUp,
                  last_used_at = now()
                where credential_id = :credential
                  and (signature_count < :count or (signature_count = 0 and :count = 0))
                """)
            .param("count", record.getSignatureCount())
            .param("backedUp", record.isBackupState())
            .param("credential", record.getCredentialId().getBytes())
            .update();
    if (changed == 0) {
      throw new ClonedPasskeyException();
    }
  }

  private void add(CredentialRecord record, Instant signedInAt) {
    jdbc.sql(
            """
            insert into passkey (id, user_id, credential_id, name, public_key, attestation_object,
              client_data, signature_count, uv_initialized, transports, backup_eligible,
              backup_state, signed_in_at)
            values (:id, :user, :credential, :name, :key, :attestation, :clientData, :count, :uv,
              :transports, :backupEligible, :backedUp, :signedInAt)
            """)
        .param("signedInAt", Timestamp.from(signedInAt))
        .param("id", SignInIds.at(clock.instant()))
        .param("user", Handles.user(record.getUserEntityUserId()))
        .param("credential", record.getCredentialId().getBytes())
        .param("name", record.getLabel())
        .param("key", record.getPublicKey().getBytes())
        .param("attestation", Objects.requireNonNull(record.getAttestationObject()).getBytes())
        .param(
            "clientData", Objects.requireNonNull(record.getAttestationClientDataJSON()).getBytes())
        .param("count", record.getSignatureCount())
        .param("uv", record.isUvInitialized())
        .param(
            "transports",
            record.getTransports().stream()
                .map(AuthenticatorTransport::getValue)
                .toArray(String[]::new))
        .param("backupEligible", record.isBackupEligible())
        .param("backedUp", record.isBackupState())
        .update();
  }

  @Override
  public @Nullable CredentialRecord findByCredentialId(Bytes credentialId) {
    return jdbc.sql("select * from passkey where credential_id = :credential")
        .param("credential", credentialId.getBytes())
        .query((row, _) -> read(row))
        .optional()
        .orElse(null);
  }

  @Override
  public List<CredentialRecord> findByUserId(Bytes handle) {
    return jdbc.sql("select * from passkey where user_id = :user limit :most")
        .param("user", Handles.user(handle))
        .param("most", MOST)
        .query((row, _) -> read(row))
        .list();
  }

  @Override
  public void delete(Bytes credentialId) {
    jdbc.sql("delete from passkey where credential_id = :credential")
        .param("credential", credentialId.getBytes())
        .update();
  }

  private static CredentialRecord read(ResultSet row) throws SQLException {
    var created = row.getTimestamp("created_at").toInstant();
    return ImmutableCredentialRecord.builder()
        .credentialType(PublicKeyCredentialType.PUBLIC_KEY)
        .credentialId(new Bytes(row.getBytes("credential_id")))
        .userEntityUserId(Handles.of(row.getString("user_id")))
        .publicKey(new ImmutablePublicKeyCose(row.getBytes("public_key")))
        .signatureCount(row.getLong("signature_count"))
        .uvInitialized(row.getBoolean("uv_initialized"))
        .transports(
            Arrays.stream((String[]) row.getArray("transports").getArray())
                .map(AuthenticatorTransport::valueOf)
                .collect(Collectors.toUnmodifiableSet()))
        .backupEligible(row.getBoolean("backup_eligible"))
        .backupState(row.getBoolean("backup_state"))
        .attestationObject(new Bytes(row.getBytes("attestation_object")))
        .attestationClientDataJSON(new Bytes(row.getBytes("client_data")))
        .created(created)
        .lastUsed(Optional.ofNullable(instant(row, "last_used_at")).orElse(created))
        .label(row.getString("name"))
        .build();
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    Timestamp time = row.getTimestamp(column);
    return time == null ? null : time.toInstant();
  }

  /** The handles by which authenticators know a user: the 16 bytes of the id. */
  static final class Handles {
    private Handles() {}

    static Bytes of(String user) {
      var id = UUID.fromString(user);
      return new Bytes(
          ByteBuffer.allocate(16)
              .putLong(id.getMostSignificantBits())
              .putLong(id.getLeastSignificantBits())
              .array());
    }

    static String user(Bytes handle) {
      var bytes = ByteBuffer.wrap(handle.getBytes());
      return new UUID(bytes.getLong(), bytes.getLong()).toString();
    }
  }
}
