package io.gatehouse.users.accounts;

import io.gatehouse.defaults.web.IdCursor;
import io.gatehouse.store.Database;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/** The users as PostgreSQL has them. */
@Repository
public class Users {
  private static final UUID BEFORE_ALL = new UUID(0, 0);
  static final String BY_ID = "select " + User.COLUMNS + " from users where id = $1";
  static final String BY_IDS =
      "select " + User.COLUMNS + " from users where id = any($1) order by id";
  static final String BY_EMAIL = "select " + User.COLUMNS + " from users where email = $1";
  static final String PAGE =
      "select " + User.COLUMNS + " from users where id > $1 order by id limit $2";

  private final Database database;

  Users(Database database) {
    this.database = database;
  }

  /** The user with this id; empty when there is none. */
  public Mono<User> find(UUID id) {
    return database.one(BY_ID, User::from, id);
  }

  /** Those of these ids that exist, in the order of their ids. */
  public Mono<List<User>> find(Collection<UUID> ids) {
    return database.list(BY_IDS, User::from, (Object) ids.toArray(UUID[]::new));
  }

  /** The user with this address, which is in its one form. */
  public Mono<User> withEmail(String email) {
    return database.one(BY_EMAIL, User::from, email);
  }

  /** The next users in the order of their creation. */
  public Mono<List<User>> page(IdCursor after, int limit) {
    return database.list(PAGE, User::from, after.last().orElse(BEFORE_ALL), limit);
  }
}
