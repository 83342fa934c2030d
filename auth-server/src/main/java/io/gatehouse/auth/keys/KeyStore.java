package io.gatehouse.auth.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.gatehouse.auth.keys.KeyProperties.Algorithm;
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
  private final Map<String, JWK> decrypted = new ConcurrentHashMap<>();

  KeyStore(JdbcClient jdbc, TransactionTemplate transaction, Secrets secrets, Clock clock) {
    this.jdbc = jdbc;
    this.transaction = transaction;
    this.secrets = secrets;
    this.clock = clock;
  }

  /** All keys, oldest first. */
  List<SigningKey> all() {
    var keys =
        jdbc.sql(
                """
                select id, private_key, created_at, signs_from from signing_key
                order by signs_from, id
                """)
            .query((row, _) -> read(row))
            .list();
    decrypted.keySet().retainAll(keys.stream().map(SigningKey::id).toList());
    return keys;
  }

  /** Makes the very first key, which signs at once; nothing when there is one. */
  void createFirst(Algorithm algorithm) {
    locked(
        () ->
            all().isEmpty()
                ? Optional.of(insert(algorithm, Duration.ZERO))
                : Optional.<SigningKey>empty());
  }

  /** Makes the next key when the newest is for another algorithm. */
  Optional<SigningKey> createNextUnless(Algorithm algorithm, Duration lead) {
    return locked(
        () ->
            all().getLast().algorithm().equals(algorithm.name())
                ? Optional.empty()
                : Optional.of(insert(algorithm, lead)));
  }

  /** Makes the next key when the newest has signed for {@code rotation}. */
  Optional<SigningKey> createNextAfter(Duration rotation, Algorithm algorithm, Duration lead) {
    return locked(
        () ->
            isDue(all(), rotation, lead) ? Optional.of(insert(algorithm, lead)) : Optional.empty());
  }

  /** Whether the newest of these keys has signed for so long that the next should be published. */
  boolean isDue(List<SigningKey> keys, Duration rotation, Duration lead) {
    var due = keys.getLast().signsFrom().plus(rotation).minus(lead);
    return !clock.instant().isBefore(due);
  }

  /** A key and whether it was made for the question. */
  record Next(SigningKey key, boolean made) {}

  /** Makes the next key now; the one that already waits for its turn, if there is one. */
  Next createNext(Algorithm algorithm, Duration lead) {
    return locked(
        () -> {
          var newest = all().getLast();
          return newest.signsFrom().isAfter(clock.instant())
              ? new Next(newest, false)
              : new Next(insert(algorithm, lead), true);
        });
  }

  /**
   * Takes a key out of use at once, for whoever reads the keys from now on. When it is the one that
   * signs, the next one takes over, which is made if there is none: never an earlier one.
   *
   * @return false when there is no such key
   */
  boolean remove(String id, Algorithm algorithm) {
    return locked(
        () -> {
          var now = clock.instant();
          var keys = all();
          if (keys.stream().noneMatch(key -> key.id().equals(id))) {
            return false;
          }
          var next = keys.stream().filter(key -> key.signsFrom().isAfter(now)).findFirst();
          if (signingAt(keys, now).id().equals(id)) {
            next.ifPresentOrElse(key -> signFrom(key, now), () -> insert(algorithm, Duration.ZERO));
          }
          jdbc.sql("delete from signing_key where id = :id").param("id", id).update();
          return true;
        });
  }

  /** The latest of these keys whose time has come. */
  static SigningKey signingAt(List<SigningKey> keys, Instant now) {
    var signing = keys.getFirst();
    for (var key : keys) {
      if (!key.signsFrom().isAfter(now)) {
        signing = key;
      }
    }
    return signing;
  }

  private void signFrom(SigningKey key, Instant time) {
    jdbc.sql("update signing_key set signs_from = :time where id = :id")
        .param("time", Timestamp.from(time))
        .param("id", key.id())
        .update();
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
  private SigningKey insert(Algorithm algorithm, Duration lead) {
    var fresh = generate(algorithm);
    var now = clock.instant();
    var key = new SigningKey(fresh, now, now.plus(lead));
    var plain = key.jwk().toJSONString().getBytes(StandardCharsets.UTF_8);
    jdbc.sql(
            """
            insert into signing_key (id, private_key, created_at, signs_from)
            values (:id, :key, :now, :from)
            """)
        .param("id", key.id())
        .param("key", secrets.encrypt(plain, key.id()))
        .param("now", Timestamp.from(now))
        .param("from", Timestamp.from(key.signsFrom()))
        .update();
    return key;
  }

  private static JWK generate(Algorithm algorithm) {
    var id = UUID.randomUUID().toString();
    try {
      return switch (algorithm) {
        case RS256 ->
            new RSAKeyGenerator(BITS)
                .keyID(id)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.RS256)
                .generate();
        case ES256 ->
            new ECKeyGenerator(Curve.P_256)
                .keyID(id)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.ES256)
                .generate();
      };
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private SigningKey read(ResultSet row) throws SQLException {
    var sealed = row.getBytes("private_key");
    var jwk = decrypted.computeIfAbsent(row.getString("id"), id -> open(sealed, id));
    return new SigningKey(
        jwk,
        row.getTimestamp("created_at").toInstant(),
        row.getTimestamp("signs_from").toInstant());
  }

  private JWK open(byte[] sealed, String id) {
    try {
      return JWK.parse(new String(secrets.decrypt(sealed, id), StandardCharsets.UTF_8));
    } catch (ParseException damaged) {
      throw new IllegalStateException("the stored signing key " + id + " is damaged", damaged);
    }
  }
}
