package io.gatehouse.auth.admin;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.api.RequestBodies;
import io.gatehouse.auth.keys.Keyring;
import io.gatehouse.auth.keys.Keyring.Shown;
import io.gatehouse.auth.keys.Keyring.State;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import io.gatehouse.defaults.platform.Times;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.IdCursor;
import io.gatehouse.defaults.web.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/keys}: the signing keys, their rotation, and the end of one that leaked. */
@RestController
class KeysEndpoint {
  private static final String JSON = MediaType.APPLICATION_JSON_VALUE;
  private static final char CURSOR = 'k';

  private final Keyring keyring;
  private final AdminPeople admins;
  private final RequestBodies bodies;

  KeysEndpoint(Keyring keyring, AdminPeople admins, RequestBodies bodies) {
    this.keyring = keyring;
    this.admins = admins;
    this.bodies = bodies;
  }

  /** One key; {@code endsAt} is null while no successor is known. */
  record KeyView(
      String kid,
      String algorithm,
      State state,
      String publishedAt,
      String signsFrom,
      @Nullable String endsAt) {
    static KeyView of(Shown key) {
      return new KeyView(
          key.id(),
          key.algorithm(),
          key.state(),
          Times.text(key.publishedAt()),
          Times.text(key.signsFrom()),
          key.endsAt() == null ? null : Times.text(key.endsAt()));
    }
  }

  /** A page of the list, oldest key first. */
  record Page(List<KeyView> items, @Nullable String next) {}

  @GetMapping(path = "/api/keys", produces = JSON)
  ResponseEntity<Page> list(
      AccessToken caller, @RequestParam MultiValueMap<String, String> parameters) {
    admins.require(caller);
    var query = QueryParameters.in(parameters, "limit", "cursor");
    var limit = query.limit();
    var after =
        query.parse(
            "cursor", text -> IdCursor.parse(CURSOR, text), "is no cursor that this list gave out");
    query.check();
    var all = keyring.show();
    var begin =
        after
            .flatMap(IdCursor::last)
            .map(last -> all.stream().map(Shown::id).toList().indexOf(last.toString()) + 1)
            .orElse(0);
    var items = all.subList(begin, Math.min(all.size(), begin + limit));
    var next =
        begin + limit < all.size()
            ? IdCursor.behind(CURSOR, UUID.fromString(items.getLast().id())).toString()
            : null;
    return ok(new Page(items.stream().map(KeyView::of).toList(), next));
  }

  @GetMapping(path = "/api/keys/{kid}", produces = JSON)
  ResponseEntity<KeyView> read(
      AccessToken caller,
      @PathVariable String kid,
      @RequestParam MultiValueMap<String, String> parameters) {
    admins.require(caller);
    QueryParameters.noneIn(parameters);
    return keyring.show().stream()
        .filter(key -> key.id().equals(kid))
        .findFirst()
        .map(key -> ok(KeyView.of(key)))
        .orElseThrow(() -> ApiException.of(ErrorCode.NOT_FOUND));
  }

  /** Rotates now: 201 with the key that will sign; 200 when one already waits for its turn. */
  @PostMapping(path = "/api/keys", produces = JSON)
  ResponseEntity<KeyView> rotate(
      AccessToken caller,
      HttpServletRequest request,
      @RequestParam MultiValueMap<String, String> parameters) {
    admins.require(caller);
    QueryParameters.noneIn(parameters);
    bodies.requireEmpty(request);
    var rotation = keyring.rotate();
    Audit.record("key-rotation", Outcome.ALLOWED, caller.subject(), caller.clientId());
    var view = KeyView.of(rotation.next());
    return rotation.made()
        ? ResponseEntity.created(URI.create("/api/keys/" + view.kid()))
            .cacheControl(CacheControl.noStore())
            .body(view)
        : ok(view);
  }

  /** Takes a leaked key out of use. */
  @DeleteMapping("/api/keys/{kid}")
  ResponseEntity<Void> remove(
      AccessToken caller,
      @PathVariable String kid,
      @RequestParam MultiValueMap<String, String> parameters) {
    admins.require(caller);
    QueryParameters.noneIn(parameters);
    var removed = keyring.remove(kid);
    Audit.record(
        "key-removed",
        removed ? Outcome.ALLOWED : Outcome.REFUSED,
        caller.subject(),
        caller.clientId());
    if (!removed) {
      throw ApiException.of(ErrorCode.NOT_FOUND);
    }
    return ResponseEntity.noContent().build();
  }

  private static <T> ResponseEntity<T> ok(T body) {
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(body);
  }
}
