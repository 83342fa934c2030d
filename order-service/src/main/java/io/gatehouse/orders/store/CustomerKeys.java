package io.gatehouse.orders.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.store.Database;
import io.r2dbc.spi.Readable;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One data key per customer, stored wrapped by the data encryption key; destroying that row makes
 * all that it sealed unreadable. Reads therefore always bring the wrapped key along from the
 * database and never rely on memory: what is remembered here is only how a wrapped key unwraps, and
 * which key seals new orders.
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
  private final DataKeys dataKeys;
  private final Cache<ByteBuffer, CustomerKey> unwrapped =
      Caffeine.newBuilder().maximumSize(10_000).build();
  private final Cache<String, CustomerKey> sealing =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofMinutes(5)).build();

  /** Keys wrapped by these. */
  public CustomerKeys(Database database, DataKeys dataKeys) {
    this.database = database;
    this.dataKeys = dataKeys;
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

  private Mono<CustomerKey> findOrCreate(String customerId) {
    return Mono.defer(
            () -> {
              var fresh = dataKeys.wrap(CustomerKey.random(32), customerId);
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
      known = new CustomerKey(dataKeys.unwrap(wrapped, customerId));
      unwrapped.put(ByteBuffer.wrap(wrapped), known);
    }
    return known;
  }
}
