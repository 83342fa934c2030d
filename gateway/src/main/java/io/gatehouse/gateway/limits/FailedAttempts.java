package io.gatehouse.gateway.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.gatehouse.defaults.platform.AddressKey;
import io.netty.channel.EventLoop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Guesses of clients' secrets where honest clients may call often (introspection, revocation): each
 * refused credential costs its address a permit of {@code login}, and an address that has none left
 * is refused until it has one again. Calls with the right secret cost nothing of it.
 */
@Component
public class FailedAttempts {
  private static final int MAX_ADDRESSES = 10_000;

  private final Limits limits;
  private final Cache<String, Decision> refused =
      Caffeine.newBuilder()
          .maximumSize(MAX_ADDRESSES)
          .expireAfter(
              Expiry.<String, Decision>creating(
                  (_, decision) -> Duration.ofSeconds(decision.retryAfter())))
          .build();

  FailedAttempts(Limits limits) {
    this.limits = limits;
  }

  /** The decision that refuses this address now; null when nothing does. */
  public @Nullable Decision refusal(String ip) {
    return refused.getIfPresent(AddressKey.of(ip));
  }

  /** Spends a permit, or refuses the address when it has none. */
  public void count(String ip, EventLoop loop) {
    var _ =
        limits
            .login(ip, loop)
            .filter(decision -> !decision.isAllowed())
            .subscribe(decision -> refused.put(AddressKey.of(ip), decision));
  }
}
