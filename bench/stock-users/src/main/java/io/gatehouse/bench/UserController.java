package io.gatehouse.bench;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;
import org.springframework.data.domain.Limit;
import org.springframework.data.redis.core.ReactiveRedisTemplate;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** Cache-aside reads, changes that write through, lists by keyset. */
@RestController
@RequestMapping("/api/users")
class UserController {
  private final UserRepository users;
  private final ReactiveRedisTemplate<String, User> cache;

  UserController(UserRepository users, ReactiveRedisTemplate<String, User> cache) {
    this.users = users;
    this.cache = cache;
  }

  record Change(
      @NotBlank @Email @Size(max = 254) String email, @NotBlank @Size(max = 100) String name) {}

  record Page(List<User> items, UUID next) {}

  @GetMapping("/{id}")
  Mono<ResponseEntity<User>> read(@PathVariable UUID id) {
    return cache
        .opsForValue()
        .get(key(id))
        .switchIfEmpty(Mono.defer(() -> users.findById(id).flatMap(this::cached)))
        .map(UserController::ok)
        .switchIfEmpty(notFound());
  }

  @PutMapping("/{id}")
  Mono<ResponseEntity<User>> change(@PathVariable UUID id, @Valid @RequestBody Change change) {
    return users
        .findById(id)
        .switchIfEmpty(notFound())
        .flatMap(user -> users.save(user.changed(change.email(), change.name())))
        .flatMap(this::cached)
        .map(UserController::ok);
  }

  @GetMapping
  Mono<Page> list(
      @RequestParam(defaultValue = "20") int limit,
      @RequestParam(defaultValue = "00000000-0000-0000-0000-000000000000") @NotNull UUID cursor) {
    return users
        .findByIdGreaterThanOrderById(cursor, Limit.of(limit + 1))
        .collectList()
        .map(
            found ->
                found.size() <= limit
                    ? new Page(found, null)
                    : new Page(found.subList(0, limit), found.get(limit - 1).id()));
  }

  private Mono<User> cached(User user) {
    return cache.opsForValue().set(key(user.id()), user, StockUsers.TTL).thenReturn(user);
  }

  private static ResponseEntity<User> ok(User user) {
    return ResponseEntity.ok().eTag("\"" + user.version() + "\"").body(user);
  }

  private static <T> Mono<T> notFound() {
    return Mono.error(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
  }

  private static String key(UUID id) {
    return "stock:user:" + id;
  }
}
