package io.gatehouse.orders.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.store.Database;
import io.r2dbc.spi.Readable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One data key per customer, stored wrapped by the master key; destroying that row makes all that
 * it sealed unreadable. Reads therefore always bring the wrapped key along from the database and
 * never rely on memory: what is remembered here is only how a wrapped key unwraps, and which key
 * seals new orders.
 */
public final class CustomerKeys {
  private static final String FIND_OR_CREATE =
      """
      with created as (
        insert into customers (customer_id, wrapped_key) values ($1, $2)
        on conflict (customer_id) do nothing returning wrapped_key)
      select wrapped_key from created
      union all select wrapped_key from customers where customer_id = $1
      """;

  private final Database database;
  private final CustomerKey master;
  private final byte[] fingerprintKey;
  private final Cache<ByteBuffer, CustomerKey> unwrapped =
      Caffeine.newBuilder().maximumSize(10_000).build();
  private final Cache<String, CustomerKey> sealing =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofMinutes(5)).build();

  /** Keys wrapped by a master key of 32 bytes. */
  public CustomerKeys(Database database, byte[] masterKey) {
    this.database = database;
    this.master = new CustomerKey(hmac(masterKey, utf8("customer keys")));
    this.fingerprintKey = hmac(masterKey, utf8("idempotency fingerprints"));
  }

  /** The key in column {@code wrapped_key}; null when the customer has none, or none any more. */
  public @Nullable CustomerKey of(Readable row, String customerId) {
    var wrapped = row.get("wrapped_key", byte[].class);
    return wrapped == null ? null : unwrap(wrapped, customerId);
  }

  /**
   * The key that seals a new order's data, made at the customer's first order; empty when the
   * customer is gone. The append checks again that the customer is still there.
   */
  public Mono<CustomerKey> forNewOrder(String customerId) {
    var known = sealing.getIfPresent(customerId);
    return known != null ? Mono.just(known) : findOrCreate(customerId);
  }

  /** Forgets the key for new orders after a refusal said that it is gone. */
  void forget(String customerId) {
    sealing.invalidate(customerId);
  }

  /** HMAC-SHA256 over the request's method, path and body, so that no body is kept. */
  public String fingerprint(String method, String path, byte[] body) {
    var mac = mac(fingerprintKey);
    mac.update(utf8(method + ' ' + path + '\n'));
    return HexFormat.of().formatHex(mac.doFinal(body));
  }

  private Mono<CustomerKey> findOrCreate(String customerId) {
    return Mono.defer(
            () -> {
              var fresh = master.seal(CustomerKey.random(32), context(customerId));
              return database.query(
                  FIND_OR_CREATE,
                  statement -> statement.bind("$1", customerId).bind("$2", fresh),
                  row -> new Found(of(row, customerId)));
            })
        // A concurrent creation is invisible to the snapshot that lost to it: look once more.
        .filter(rows -> !rows.isEmpty())
        .repeatWhenEmpty(3, empty -> empty)
        .mapNotNull(rows -> rows.getFirst().key())
        .doOnNext(key -> sealing.put(customerId, key));
  }

  private record Found(@Nullable CustomerKey key) {}

  private CustomerKey unwrap(byte[] wrapped, String customerId) {
    var known = unwrapped.getIfPresent(ByteBuffer.wrap(wrapped));
    if (known == null) {
      known = new CustomerKey(master.open(wrapped, context(customerId)));
      unwrapped.put(ByteBuffer.wrap(wrapped), known);
    }
    return known;
  }

  private static String context(String customerId) {
    return "customer " + customerId;
  }

  private static byte[] hmac(byte[] key, byte[] message) {
    return mac(key).doFinal(message);
  }

  private static Mac mac(byte[] key) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
