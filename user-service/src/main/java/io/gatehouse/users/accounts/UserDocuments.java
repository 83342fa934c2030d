package io.gatehouse.users.accounts;

import io.gatehouse.users.cache.Document;
import io.gatehouse.users.cache.UserCache;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Users as clients read them, by way of the cache. */
@Component
public class UserDocuments {
  private final Users users;
  private final UserCache cache;
  private final JsonMapper json;

  UserDocuments(Users users, UserCache cache, JsonMapper json) {
    this.users = users;
    this.cache = cache;
    this.json = json;
  }

  /** The user with this id; empty when there is none. */
  public Mono<Document> find(UUID id) {
    return cache.read(id, users.find(id).map(this::render));
  }

  /** The user as JSON, with its version. */
  public Document render(User user) {
    return new Document(user.version(), json.writeValueAsBytes(UserView.from(user)));
  }

  /** Shows readers what a write made of the user; the write is empty when it changed nothing. */
  Mono<User> changing(UUID id, Mono<User> write) {
    return cache.write(id, write, this::render);
  }

  /** Hides the user from readers once it is deleted; the write is empty when it deleted nothing. */
  <T> Mono<T> deleting(UUID id, Mono<T> write) {
    return cache.delete(id, write);
  }
}
