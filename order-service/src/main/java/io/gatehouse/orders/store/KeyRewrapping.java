package io.gatehouse.orders.store;

import io.gatehouse.defaults.platform.Polling;
import io.gatehouse.store.Database;
import io.gatehouse.store.Rows;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.spi.Readable;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * While the data encryption key changes, walks through all customers again and again and wraps by
 * the key in use what another one has wrapped. The gauge says when the others can be taken out.
 */
@Component
class KeyRewrapping extends Polling {
  private static final Logger log = LoggerFactory.getLogger(KeyRewrapping.class);
  private static final int AT_ONCE = 500;
  private static final Duration BETWEEN_PAGES = Duration.ofMillis(100);
  private static final Duration BETWEEN_WALKS = Duration.ofMinutes(1);

  private static final String PAGE =
      """
      select customer_id, wrapped_key from customers
      where customer_id > $1 and wrapped_key is not null order by customer_id limit $2
      """;

  /** A key that was destroyed meanwhile, or wrapped anew by another instance, stays so. */
  private static final String REPLACE =
      "update customers set wrapped_key = $1 where customer_id = $2 and wrapped_key = $3";

  private final Database database;
  private final DataKeys keys;
  private volatile Walk walk = Walk.begun();
  private volatile double foundByLastWalk = Double.NaN;

  KeyRewrapping(Database database, DataKeys keys, MeterRegistry meters) {
    super("wrapping the customers' keys anew");
    this.database = database;
    this.keys = keys;
    if (keys.isChanging()) {
      Gauge.builder("gatehouse.data.keys.others", this, rewrapping -> rewrapping.foundByLastWalk)
          .description(
              "Customers' keys that the last walk found wrapped by one of the other data encryption"
                  + " keys; not a number before the first has ended")
          .register(meters);
    }
  }

  /** So far: the last customer, and how many keys another one had wrapped. */
  private record Walk(String last, long found) {
    static Walk begun() {
      return new Walk("", 0);
    }
  }

  private static final class Wrapped {
    private final String customerId;
    private final byte[] key;

    Wrapped(Readable row) {
      customerId = Rows.text(row, "customer_id");
      key = Rows.required(row, "wrapped_key", byte[].class);
    }
  }

  /** There is nothing to do while there is one key. */
  @Override
  public boolean isAutoStartup() {
    return keys.isChanging();
  }

  @Override
  protected Mono<Duration> pollOnce() {
    return database
        .list(PAGE, Wrapped::new, walk.last, AT_ONCE)
        .publishOn(Schedulers.boundedElastic())
        .flatMap(
            page ->
                Flux.fromIterable(page)
                    .concatMap(this::rewrap)
                    .reduce(0L, Long::sum)
                    .map(
                        found ->
                            page.size() < AT_ONCE
                                ? ended(walk.found + found)
                                : goesOn(page.getLast(), walk.found + found)));
  }

  private Duration goesOn(Wrapped last, long found) {
    walk = new Walk(last.customerId, found);
    return BETWEEN_PAGES;
  }

  private Duration ended(long found) {
    if (foundByLastWalk != found) {
      log.info(
          "customers' keys that another data encryption key had wrapped: {}{}",
          found,
          found == 0 ? "; GATEHOUSE_OTHER_DATA_ENCRYPTION_KEYS unwraps none any more" : "");
    }
    foundByLastWalk = found;
    walk = Walk.begun();
    return BETWEEN_WALKS;
  }

  /** 1 when another key had wrapped it. */
  private Mono<Long> rewrap(Wrapped wrapped) {
    return Mono.fromSupplier(() -> keys.rewrap(wrapped.key, wrapped.customerId))
        .onErrorResume(IllegalStateException.class, KeyRewrapping::lost)
        .flatMap(Mono::justOrEmpty)
        .flatMap(fresh -> database.change(REPLACE, fresh, wrapped.customerId, wrapped.key))
        .map(_ -> 1L)
        .defaultIfEmpty(0L);
  }

  /** What no key unwraps is left as it is: the key may be found again. */
  private static Mono<Optional<byte[]>> lost(IllegalStateException unreadable) {
    log.warn("a customer's personal data cannot be read: {}", unreadable.getMessage());
    return Mono.just(Optional.empty());
  }
}
