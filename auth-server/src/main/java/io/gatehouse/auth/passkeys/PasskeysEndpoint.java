package io.gatehouse.auth.passkeys;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.gatehouse.auth.Audit;
import io.gatehouse.auth.api.RequestBodies;
import io.gatehouse.auth.passkeys.Passkeys.Passkey;
import io.gatehouse.auth.passkeys.Passkeys.Renamed;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import io.gatehouse.defaults.platform.Times;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
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
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/me/passkeys}: the caller's passkeys, their names, and the end of one. */
@RestController
class PasskeysEndpoint {
  private final Passkeys passkeys;
  private final RequestBodies bodies;

  PasskeysEndpoint(Passkeys passkeys, RequestBodies bodies) {
    this.passkeys = passkeys;
    this.bodies = bodies.prepare(NewName.class);
  }

  /** What is to become of a passkey. */
  @JsonIgnoreProperties({"id", "createdAt", "lastUsedAt"})
  record NewName(
      @NotNull @Pattern(regexp = Passkeys.NAME, message = Passkeys.NAME_RULE) String name) {}

  /** All of them: nobody has more than a page. */
  record Page(List<Item> items, @Nullable String next) {}

  /** Times as the contract writes them; {@code lastUsedAt} is null until it was used. */
  record Item(UUID id, String name, String createdAt, @Nullable String lastUsedAt) {
    static Item of(Passkey passkey) {
      var used = passkey.lastUsedAt();
      return new Item(
          passkey.id(),
          passkey.name(),
          Times.text(passkey.createdAt()),
          used == null ? null : Times.text(used));
    }
  }

  @GetMapping(path = "/api/me/passkeys", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Page> list(
      AccessToken caller, @RequestParam MultiValueMap<String, String> parameters) {
    requirePerson(caller, "users.read");
    var query = QueryParameters.in(parameters, "limit", "cursor");
    var limit = query.number("limit", 1, 100, Passkeys.MOST);
    var after =
        query.parse("cursor", QueryParameters::uuid, "is no cursor that this list gave out");
    query.check();
    var rest =
        passkeys.of(caller.subject()).stream()
            .dropWhile(passkey -> after.isPresent() && !passkey.id().equals(after.get()))
            .skip(after.isPresent() ? 1 : 0)
            .toList();
    var items = rest.stream().limit(limit).map(Item::of).toList();
    var next = rest.size() > limit ? items.getLast().id().toString() : null;
    return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(new Page(items, next));
  }

  @PutMapping(path = "/api/me/passkeys/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<Item> rename(
      AccessToken caller,
      @PathVariable String id,
      HttpServletRequest request,
      @RequestParam MultiValueMap<String, String> parameters) {
    requirePerson(caller, "users.write");
    QueryParameters.noneIn(parameters);
    var asked = id(id);
    var name = bodies.read(request, NewName.class).name();
    if (passkeys.rename(caller.subject(), asked, name) != Renamed.DONE) {
      throw unknown();
    }
    Audit.record("passkey-renamed", Outcome.ALLOWED, caller.subject(), caller.clientId());
    return passkeys.of(caller.subject()).stream()
        .filter(passkey -> passkey.id().equals(asked))
        .findFirst()
        .map(
            passkey ->
                ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(Item.of(passkey)))
        .orElseThrow(PasskeysEndpoint::unknown);
  }

  private static UUID id(String text) {
    return QueryParameters.uuid(text)
        .orElseThrow(() -> ApiException.malformed("The id in the path is no UUID"));
  }

  private static ApiException unknown() {
    return ApiException.of(ErrorCode.NOT_FOUND, "You have no such passkey");
  }

  @DeleteMapping("/api/me/passkeys/{id}")
  ResponseEntity<Void> remove(
      AccessToken caller,
      @PathVariable String id,
      @RequestParam MultiValueMap<String, String> parameters) {
    requirePerson(caller, "users.write");
    QueryParameters.noneIn(parameters);
    if (!passkeys.remove(caller.subject(), id(id))) {
      throw unknown();
    }
    Audit.record("passkey-removed", Outcome.ALLOWED, caller.subject(), caller.clientId());
    return ResponseEntity.noContent().build();
  }

  private static void requirePerson(AccessToken caller, String scope) {
    caller.requireScope(scope);
    if (caller.sid() == null) {
      throw ApiException.of(ErrorCode.FORBIDDEN, "A client has no passkeys: it is no person");
    }
  }
}
