package io.gatehouse.users.accounts;

import io.gatehouse.defaults.platform.AddressKey;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.text.Normalizer;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * Argon2id with OWASP's smallest memory (7 MiB, 5 passes, 1 lane), for hashing lives on a small
 * heap. Runs on threads of its own, one per core, behind a bounded queue, of which no caller gets
 * more than a share: more is refused.
 */
@Component
public class Passwords implements DisposableBean {
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;
  private static final int LANES = 1;
  private static final int MEMORY_KIB = 7168;
  private static final int PASSES = 5;
  private static final int QUEUE_PER_THREAD = 64;

  /**
   * A quarter of what may wait on two cores: a burst that the limit of sign-ins allows, and more.
   */
  static final int PER_CALLER = 32;

  private static final String SHARE = Passwords.class.getName();

  /** Nobody's hash, of the same cost as anybody's: what an unknown account is checked against. */
  public static final String NOBODY =
      "$argon2id$v=19$m=7168,t=5,p=1$nNn5QXP/UDygQyKkphx5TA$TD3AoJ5aKxyBlT4zFeqzKgg3olTKhCaeiTknscg779o";

  private final Argon2PasswordEncoder argon2 =
      new Argon2PasswordEncoder(SALT_BYTES, HASH_BYTES, LANES, MEMORY_KIB, PASSES);
  private final Scheduler threads =
      Schedulers.newBoundedElastic(
          Runtime.getRuntime().availableProcessors(), QUEUE_PER_THREAD, "passwords", 60, true);

  /** How much each caller has waiting or being done; nobody who has nothing. */
  private final ConcurrentHashMap<String, Integer> underway = new ConcurrentHashMap<>();

  private final Timer hashing;

  Passwords(MeterRegistry meters) {
    this.hashing = meters.timer("users.password.hashing");
  }

  /** The encoded hash with a new salt. */
  public Mono<String> hash(String password) {
    return run(() -> argon2.encode(normal(password)));
  }

  /** Whether the password has this hash. Takes as long for {@link #NOBODY}. */
  public Mono<Boolean> matches(String password, String hash) {
    return run(() -> argon2.matches(normal(password), hash));
  }

  /**
   * Whose share of the hashing the work above it takes: a subject's, or an address's, which it has
   * in common with its network. Null for nobody's, as at start.
   */
  public static Function<Context, Context> sharedBy(@Nullable String caller) {
    return context -> caller == null ? context : context.put(SHARE, AddressKey.of(caller));
  }

  /** Does one piece of work, as one of its caller's few. */
  <T> Mono<T> run(Callable<T> work) {
    return Mono.deferContextual(
        context -> {
          var hashed =
              Mono.fromCallable(() -> hashing.recordCallable(work))
                  .subscribeOn(threads)
                  .onErrorMap(
                      RejectedExecutionException.class,
                      full -> ApiException.of(ErrorCode.SERVICE_UNAVAILABLE, full));
          String caller = context.getOrDefault(SHARE, null);
          return caller == null ? hashed : shared(caller, hashed);
        });
  }

  private <T> Mono<T> shared(String caller, Mono<T> hashed) {
    if (underway.merge(caller, 1, Integer::sum) > PER_CALLER) {
      leave(caller);
      return Mono.error(ApiException.of(ErrorCode.SERVICE_UNAVAILABLE));
    }
    return hashed.doFinally(_ -> leave(caller));
  }

  private void leave(String caller) {
    underway.computeIfPresent(caller, (_, count) -> count == 1 ? null : count - 1);
  }

  /** Keyboards differ in how they compose accents (RFC 8265 section 4.2). */
  private static String normal(String password) {
    return Normalizer.normalize(password, Normalizer.Form.NFC);
  }

  @Override
  public void destroy() {
    threads.dispose();
  }
}
