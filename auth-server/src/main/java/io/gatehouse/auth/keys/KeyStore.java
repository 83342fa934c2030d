package io.gatehouse.auth.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** The signing keys in PostgreSQL, encrypted. Instances agree through an advisory lock. */
@Component
class KeyStore {
  private static final int BITS = 2048;
  // Any number that nothing else in this database locks.
  private static final long LOCK = 7_305_001L;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final Secrets secrets;
  private final Clock clock;
  private final Map<String, RSAKey> decrypted = new ConcurrentHashMap<>();

  KeyStore(JdbcClient jdbc, TransactionTemplate transaction, Secrets secrets, Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.secrets = secrets;
    this.clock = clock;
  }

  /** All keys, oldest first. */
  List<SigningKey> all() {
    var keys =
        jdbc.sql("select id, private_key, signs_from from signing_key order by signs_from, id")
            .query((row, _) -> read(row))
            .list();
    decrypted.keySet().retainAll(keys.stream().map(SigningKey::id).toList());
    return keys;
  }

  /** Makes the very first key, which signs at once; nothing when there is one. */
  void createFirst() {
    locked(
        () -> all().isEmpty() ? Optional.of(insert(Duration.ZERO)) : Optional.<SigningKey>empty());
  }

  /** Makes the next key when the newest has signed for {@code rotation}. */
  Optional<SigningKey> createNextAfter(Duration rotation, Duration lead) {
    return locked(
        () -> {
          var due = all().getLast().signsFrom().plus(rotation).minus(lead);
          return clock.instant().isBefore(due) ? Optional.empty() : Optional.of(insert(lead));
        });
  }

  /** Makes the next key now; the one that already waits for its turn, if there is one. */
  SigningKey createNext(Duration lead) {
    return locked(
        () -> {
          var newest = all().getLast();
          return newest.signsFrom().isAfter(clock.instant()) ? newest : insert(lead);
        });
  }

  /** Forgets keys whose successor took over before the given time. */
  void deleteReplacedBefore(Instant time) {
    jdbc.sql(
            """
            delete from signing_key where signs_from <
              (select max(signs_from) from signing_key where signs_from < :time)
            """)
        .param("time", Timestamp.from(time))
        .update();
  }

  private <T> T locked(java.util.function.Supplier<T> work) {
    return java.util.Objects.requireNonNull(
        transaction.execute(
            _ -> {
              jdbc.sql("select pg_advisory_xact_lock(:lock)")
                  .param("lock", LOCK)
                  .query((_, _) -> LOCK)
                  .single();
              return work.get();
            }));
  }

  /** The lead counts from when the key is there: on a busy machine making one takes a while. */
  private SigningKey insert(Duration lead) {
    var fresh = generate();
    var key = new SigningKey(fresh, clock.instant().plus(lead));
    var plain = key.jwk().toJSONString().getBytes(StandardCharsets.UTF_8);
    jdbc.sql("insert into signing_key (id, private_key, signs_from) values (:id, :key, :from)")
        .param("id", key.id())
        .param("key", secrets.encrypt(plain, key.id()))
        .param("from", Timestamp.from(key.signsFrom()))
        .update();
    return key;
  }

  private static RSAKey generate() {
    try {
      return new RSAKeyGenerator(BITS)
          .keyID(UUID.randomUUID().toString())
          .keyUse(KeyUse.SIGNATURE)
          .algorithm(JWSAlgorithm.RS256)
          .generate();
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private SigningKey read(ResultSet row) throws SQLException {
    var sealed = row.getBytes("private_key");
    var jwk = decrypted.computeIfAbsent(row.getString("id"), id -> open(sealed, id));
    return new SigningKey(jwk, row.getTimestamp("signs_from").toInstant());
  }

  private RSAKey open(byte[] sealed, String id) {
    try {
      return RSAKey.parse(new String(secrets.decrypt(sealed, id), StandardCharsets.UTF_8));
    } catch (ParseException damaged) {
      throw new IllegalStateException("the stored signing key " + id + " is damaged", damaged);
    }
  }
}
