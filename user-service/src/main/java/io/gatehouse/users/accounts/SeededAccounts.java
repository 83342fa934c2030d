package io.gatehouse.users.accounts;

import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.platform.Loopback;
import io.gatehouse.store.Database;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Makes the accounts that the configuration asks for, before this instance is ready. Each is made
 * once ever: that it was made is remembered in the same statement, so a deleted or changed account
 * is not brought back by the next start, nor made twice by two instances.
 */
@Component
class SeededAccounts implements ApplicationRunner {
  private static final Logger log = LoggerFactory.getLogger(SeededAccounts.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** correct-horse-battery, which is public: hashed ahead so that no start waits for it. */
  private static final String DEMO_HASH =
      "$argon2id$v=19$m=7168,t=5,p=1$EvenZP2jhKZthJHhyQiYRQ$lHmi2rA+t8CQ63H7HBc+MHLzWQxo8Ey7EmMX8LwIVaw";

  static final String SEEDED = "select 1 from seeded_accounts where email = $1";

  static final String MAKE =
      """
      with seed as (
        insert into seeded_accounts (email) values ($1) on conflict do nothing returning email),
      users as (
        insert into users (email, name, roles) select email, $2, $3 from seed
        on conflict (email) do nothing returning *),
      credentials as (
        insert into credentials (user_id, password_hash) select id, $4 from users)
      insert into user_events (type, user_id, version)
      select 'UserRegistered', id, version from users
      """;

  private final Database database;
  private final Passwords passwords;
  private final UserProperties properties;

  SeededAccounts(
      Database database,
      Passwords passwords,
      UserProperties properties,
      GatehouseProperties platform) {
    if (properties.demo() && !isLoopback(platform.publicUrl())) {
      throw new IllegalStateException(
          "GATEHOUSE_DEMO=true makes accounts with a public password: it is refused unless"
              + " GATEHOUSE_PUBLIC_URL is a loopback address, not "
              + platform.publicUrl());
    }
    this.database = database;
    this.passwords = passwords;
    this.properties = properties;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    StartUpWork.await(demo().then(Mono.defer(this::firstAdmin)), PATIENCE);
  }

  private Mono<Void> demo() {
    return properties.demo()
        ? make("ada@example.com", "Ada Lovelace", List.of("USER"), DEMO_HASH)
            .then(make("grace@example.com", "Grace Hopper", List.of("ADMIN"), DEMO_HASH))
            .then()
        : Mono.empty();
  }

  private Mono<Void> firstAdmin() {
    var admin = properties.firstAdmin();
    return admin.isEmpty() ? database.one("select 1", _ -> true).then() : firstAdmin(admin.get());
  }

  /** Hashes only when there is something to make. */
  private Mono<Void> firstAdmin(UserProperties.FirstAdmin admin) {
    return database
        .one(SEEDED, _ -> true, admin.email())
        .switchIfEmpty(
            Mono.defer(() -> passwords.hash(admin.password()))
                .flatMap(hash -> make(admin.email(), "Administrator", List.of("ADMIN"), hash))
                .doOnNext(
                    made -> {
                      if (!made) {
                        log.warn("GATEHOUSE_ADMIN_EMAIL has an account already; it stays as it is");
                      }
                    }))
        .then();
  }

  private Mono<Boolean> make(String email, String name, List<String> roles, String hash) {
    return database
        .change(MAKE, email, name, roles.toArray(String[]::new), hash)
        .map(events -> events > 0);
  }

  private static boolean isLoopback(URI url) {
    return Loopback.is(url.getHost());
  }
}
