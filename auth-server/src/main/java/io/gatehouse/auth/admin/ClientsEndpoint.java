package io.gatehouse.auth.admin;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.api.RequestBodies;
import io.gatehouse.auth.clients.ManagedClients;
import io.gatehouse.auth.clients.ManagedClients.Registered;
import io.gatehouse.auth.clients.StoredClient;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.Preconditions;
import io.gatehouse.defaults.web.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/clients}: which clients there are, and what ADMIN makes of them. */
@RestController
class ClientsEndpoint {
  private static final String JSON = MediaType.APPLICATION_JSON_VALUE;

  private final ManagedClients clients;
  private final AdminPeople admins;
  private final RequestBodies bodies;

  ClientsEndpoint(ManagedClients clients, AdminPeople admins, RequestBodies bodies) {
    this.clients = clients;
    this.admins = admins;
    this.bodies = bodies.prepare(ClientBody.class);
  }

  /**
   * A page of the list.
   *
   * @param next a cursor; null at the end
   */
  record Page(List<ClientView> items, @Nullable String next) {}

  @GetMapping(path = "/api/clients", produces = JSON)
  ResponseEntity<Page> list(
      AccessToken caller, @RequestParam MultiValueMap<String, String> parameters) {
    admins.require(caller);
    var query = QueryParameters.in(parameters, "limit", "cursor");
    var limit = query.limit();
    var after = query.parse("cursor", ClientCursor::parse, "is no cursor that this list gave out");
    query.check();
    // One more than the page holds, to know whether there is a next one.
    var found = clients.page(after.orElse(""), limit + 1);
    var items = found.subList(0, Math.min(limit, found.size()));
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(
            new Page(
                items.stream().map(client -> ClientView.of(client, null)).toList(),
                found.size() > limit ? ClientCursor.behind(items.getLast().id()) : null));
  }

  @PostMapping(path = "/api/clients", consumes = JSON, produces = JSON)
  ResponseEntity<ClientView> register(
      AccessToken caller,
      HttpServletRequest request,
      @RequestHeader HttpHeaders headers,
      @RequestParam MultiValueMap<String, String> parameters) {
    admins.require(caller);
    QueryParameters.noneIn(parameters);
    var _ = Preconditions.in(HttpMethod.POST, headers).check(null);
    var body = bodies.read(request, ClientBody.class);
    var made = told("client-registered", caller, null, () -> clients.register(body.details(false)));
    return ResponseEntity.created(URI.create("/api/clients/" + made.client().id()))
        .eTag(tag(made.client()))
        .cacheControl(CacheControl.noStore())
        .body(ClientView.of(made.client(), made.secret()));
  }

  @GetMapping(path = "/api/clients/{id}", produces = JSON)
  ResponseEntity<ClientView> read(
      AccessToken caller,
      @PathVariable String id,
      @RequestHeader HttpHeaders headers,
      @RequestParam MultiValueMap<String, String> parameters) {
    admins.require(caller);
    QueryParameters.noneIn(parameters);
    var client = find(id);
    return switch (Preconditions.in(HttpMethod.GET, headers).check(tag(client))) {
      case PROCEED -> ok(client, null);
      case NOT_MODIFIED ->
          ResponseEntity.status(304).eTag(tag(client)).cacheControl(CacheControl.noStore()).build();
    };
  }

  @PutMapping(path = "/api/clients/{id}", consumes = JSON, produces = JSON)
  ResponseEntity<ClientView> change(
      AccessToken caller,
      @PathVariable String id,
      HttpServletRequest request,
      @RequestHeader HttpHeaders headers,
      @RequestParam MultiValueMap<String, String> parameters) {
    admins.require(caller);
    QueryParameters.noneIn(parameters);
    var conditions = Preconditions.in(HttpMethod.PUT, headers);
    var known = find(id);
    ManagedClients.requireManaged(known);
    var body = bodies.read(request, ClientBody.class);
    var details = body.details(known.details().isPublic());
    return ok(
        told("client-changed", caller, id, () -> clients.change(id, details, conditions)), null);
  }

  @DeleteMapping("/api/clients/{id}")
  ResponseEntity<Void> delete(
      AccessToken caller,
      @PathVariable String id,
      @RequestHeader HttpHeaders headers,
      @RequestParam MultiValueMap<String, String> parameters) {
    admins.require(caller);
    QueryParameters.noneIn(parameters);
    var conditions = Preconditions.in(HttpMethod.DELETE, headers);
    told(
        "client-deleted",
        caller,
        id,
        () -> {
          clients.delete(id, conditions);
          return id;
        });
    return ResponseEntity.noContent().build();
  }

  @PostMapping(path = "/api/clients/{id}/secret", produces = JSON)
  ResponseEntity<ClientView> renewSecret(
      AccessToken caller,
      @PathVariable String id,
      HttpServletRequest request,
      @RequestHeader HttpHeaders headers,
      @RequestParam MultiValueMap<String, String> parameters) {
    admins.require(caller);
    QueryParameters.noneIn(parameters);
    var conditions = Preconditions.in(HttpMethod.POST, headers);
    bodies.requireEmpty(request);
    Registered renewed =
        told("client-secret-renewed", caller, id, () -> clients.renewSecret(id, conditions));
    return ok(renewed.client(), renewed.secret());
  }

  private StoredClient find(String id) {
    return clients.find(id).orElseThrow(() -> ApiException.of(ErrorCode.NOT_FOUND));
  }

  /** Does it, and tells the security log what came of it: who by, and to which client. */
  private static <T> T told(
      String event, AccessToken caller, @Nullable String id, Supplier<T> work) {
    try {
      var done = work.get();
      Audit.record(
          event,
          Outcome.ALLOWED,
          caller.subject(),
          done instanceof Registered made ? made.client().id() : id);
      return done;
    } catch (ApiException refused) {
      Audit.record(event, Outcome.REFUSED, caller.subject(), id);
      throw refused;
    }
  }

  private static ResponseEntity<ClientView> ok(StoredClient client, @Nullable String secret) {
    return ResponseEntity.ok()
        .eTag(tag(client))
        .cacheControl(CacheControl.noStore())
        .body(ClientView.of(client, secret));
  }

  private static String tag(StoredClient client) {
    return "\"" + client.version() + "\"";
  }
}
