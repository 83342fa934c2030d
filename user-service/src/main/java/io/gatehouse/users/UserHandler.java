package io.gatehouse.users;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ApiRoutes;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.IdCursor;
import io.gatehouse.defaults.web.JsonBodies;
import io.gatehouse.defaults.web.Preconditions;
import io.gatehouse.defaults.web.QueryParameters;
import io.gatehouse.store.ExpectedVersion;
import io.gatehouse.users.UserBodies.AskedRoles;
import io.gatehouse.users.UserBodies.ChangedUser;
import io.gatehouse.users.UserBodies.UserList;
import io.gatehouse.users.accounts.Acting;
import io.gatehouse.users.accounts.Changes;
import io.gatehouse.users.accounts.Changes.NewAddress;
import io.gatehouse.users.accounts.Changes.SignInTooOldException;
import io.gatehouse.users.accounts.EmailAddress;
import io.gatehouse.users.accounts.UnitOfWork;
import io.gatehouse.users.accounts.UnitOfWork.Demand;
import io.gatehouse.users.accounts.User;
import io.gatehouse.users.accounts.UserDocuments;
import io.gatehouse.users.accounts.UserView;
import io.gatehouse.users.accounts.Users;
import io.gatehouse.users.cache.Document;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The calls of {@code /api/users}; {@link SignUpHandler} answers one of them. */
@Configuration(proxyBeanMethods = false)
class UserHandler {
  static final String READ = "users.read";
  private static final String WRITE = "users.write";
  private static final int MAX_LIMIT = 100;
  private static final char CURSOR = 'u';
  static final CacheControl PRIVATE = CacheControl.noCache().cachePrivate();

  private static final String KEPT = Objects.requireNonNull(PRIVATE.getHeaderValue());

  /**
   * What the address stands for depends on who asks, and two people's tags may be equal: a browser
   * that asked whether its copy is still good would be told yes, and show one the other's.
   */
  private static final String NOT_KEPT = "private, no-cache, no-store";

  private final Users users;
  private final UserDocuments documents;
  private final SignUpHandler signUp;
  private final UnitOfWork unitOfWork;
  private final Changes changes;
  private final JsonBodies bodies;

  UserHandler(
      Users users,
      UserDocuments documents,
      SignUpHandler signUp,
      UnitOfWork unitOfWork,
      Changes changes,
      JsonBodies bodies) {
    this.users = users;
    this.documents = documents;
    this.signUp = signUp;
    this.unitOfWork = unitOfWork;
    this.changes = changes;
    EmailAddress.prepare();
    this.bodies = bodies.prepare(AskedRoles.class, ChangedUser.class);
  }

  @Bean
  RouterFunction<ServerResponse> userRoutes() {
    return ApiRoutes.table()
        .get("/api/users", this::list)
        .post("/api/users", signUp::create)
        .get("/api/users/me", this::readMe)
        .get("/api/users/{id}", this::readOne)
        .put("/api/users/{id}", this::change)
        .delete("/api/users/{id}", this::delete)
        .build();
  }

  private Mono<ServerResponse> list(ServerRequest request) {
    var caller = caller(request, READ);
    if (!caller.isPrivileged()) {
      throw ApiException.of(ErrorCode.FORBIDDEN);
    }
    var query = QueryParameters.of(request, "limit", "cursor", "email", "id");
    var limit = query.limit();
    var after =
        query.parse(
            "cursor", text -> IdCursor.parse(CURSOR, text), "is no cursor that this list gave out");
    List.of("cursor", "email", "id").stream()
        .filter(query::has)
        .skip(1)
        .forEach(other -> query.refuse(other, "goes alone: give one of cursor, email and id"));
    if (query.has("id")) {
      var ids = query.ids("id", MAX_LIMIT);
      query.check();
      return users.find(ids).flatMap(found -> ok(found, null));
    }
    query.check();
    return request
        .queryParam("email")
        .map(
            email ->
                users
                    .withEmail(EmailAddress.canonical(email))
                    .map(List::of)
                    .defaultIfEmpty(List.of())
                    .flatMap(found -> ok(found, null)))
        .orElseGet(() -> page(after.orElse(IdCursor.start(CURSOR)), limit));
  }

  /** Asks for one more than the page holds, to know whether there is a next one. */
  private Mono<ServerResponse> page(IdCursor after, int limit) {
    return users
        .page(after, limit + 1)
        .flatMap(
            found -> {
              if (found.size() <= limit) {
                return ok(found, null);
              }
              var items = found.subList(0, limit);
              return ok(items, IdCursor.behind(CURSOR, items.getLast().id()).toString());
            });
  }

  private Mono<ServerResponse> readMe(ServerRequest request) {
    var caller = caller(request, READ);
    QueryParameters.none(request);
    return QueryParameters.uuid(caller.subject())
        .map(id -> read(request, id, NOT_KEPT))
        .orElseThrow(() -> ApiException.of(ErrorCode.NOT_FOUND, "A client has no user"));
  }

  private Mono<ServerResponse> readOne(ServerRequest request) {
    var id = target(request, READ);
    QueryParameters.none(request);
    return read(request, id, KEPT);
  }

  private Mono<ServerResponse> read(ServerRequest request, UUID id, String caching) {
    var conditions = Preconditions.of(request);
    return documents
        .find(id)
        .switchIfEmpty(notFound())
        .flatMap(
            user -> {
              var tag = tag(user.version());
              return switch (conditions.check(tag)) {
                case PROCEED -> ok(user, caching);
                case NOT_MODIFIED ->
                    ServerResponse.status(304)
                        .eTag(tag)
                        .header(HttpHeaders.CACHE_CONTROL, caching)
                        .build();
              };
            });
  }

  private Mono<ServerResponse> change(ServerRequest request) {
    var id = target(request, WRITE);
    QueryParameters.none(request);
    var conditions = Preconditions.of(request);
    var caller = AccessToken.of(request.exchange());
    return body(bodies, request, ChangedUser.class, caller)
        .flatMap(
            changed ->
                changes.change(
                    id,
                    changed.toChange(newAddress(caller, id)),
                    new Demand(
                        ExpectedVersion.of(conditions),
                        Acting.of(caller, id, changed.roles() != null)),
                    AccountEvents.origin(request)))
        .onErrorMap(SignInTooOldException.class, _ -> RecentSignIn.missing())
        .switchIfEmpty(Mono.defer(() -> missingOrChanged(id, conditions)))
        .flatMap(user -> ok(documents.render(user), KEPT));
  }

  /** A user's own new address has to be confirmed. */
  private static NewAddress newAddress(AccessToken caller, UUID target) {
    if (!caller.subject().equals(target.toString())) {
      return NewAddress.AT_ONCE;
    }
    return RecentSignIn.has(caller) ? NewAddress.ONCE_CONFIRMED : NewAddress.REFUSED;
  }

  private Mono<ServerResponse> delete(ServerRequest request) {
    var id = target(request, WRITE);
    QueryParameters.none(request);
    var conditions = Preconditions.of(request);
    var caller = AccessToken.of(request.exchange());
    RecentSignIn.require(caller, id);
    var acting = Acting.of(caller, id, false);
    return unitOfWork
        .delete(
            id,
            new Demand(ExpectedVersion.of(conditions), acting),
            AccountEvents.actor(id, request))
        .switchIfEmpty(Mono.defer(() -> missingOrChanged(id, conditions)))
        .flatMap(_ -> ServerResponse.noContent().build());
  }

  /** Nothing was changed: there is no such user, or it has another version. */
  private <T> Mono<T> missingOrChanged(UUID id, Preconditions conditions) {
    return checked(users, id, conditions)
        .then(Mono.error(() -> ApiException.of(ErrorCode.VERSION_MISMATCH)));
  }

  /** The user, when it is there and as the conditions demand. */
  static Mono<User> checked(Users users, UUID id, Preconditions conditions) {
    return users
        .find(id)
        .switchIfEmpty(notFound())
        .doOnNext(
            user -> {
              var _ = conditions.check(tag(user.version()));
            });
  }

  /** The body, after refusing roles from anyone but an ADMIN whatever else is wrong with it. */
  static <T> Mono<T> body(
      JsonBodies bodies, ServerRequest request, Class<T> type, @Nullable AccessToken caller) {
    return bodies
        .bytes(request)
        .map(
            bytes -> {
              var mayGiveRoles = caller != null && caller.hasRole("ADMIN");
              if (!mayGiveRoles && bodies.parse(bytes, AskedRoles.class).any()) {
                throw ApiException.of(ErrorCode.FORBIDDEN, "Only an ADMIN gives roles");
              }
              return bodies.parse(bytes, type);
            });
  }

  private static AccessToken caller(ServerRequest request, String scope) {
    var caller = AccessToken.of(request.exchange());
    caller.requireScope(scope);
    return caller;
  }

  /** The user that the path names, when the caller may act on it. Tells nobody which ids exist. */
  static UUID target(ServerRequest request, String scope) {
    var caller = caller(request, scope);
    var id = QueryParameters.id(request);
    if (!mayActOn(id, caller)) {
      throw ApiException.of(ErrorCode.FORBIDDEN);
    }
    return id;
  }

  /** Whether it is the caller's own user, or the caller may act on everybody's. */
  static boolean mayActOn(UUID id, AccessToken caller) {
    return caller.isPrivileged() || caller.subject().equals(id.toString());
  }

  private static Mono<ServerResponse> ok(Document user, String caching) {
    return ServerResponse.ok()
        .eTag(tag(user.version()))
        .header(HttpHeaders.CACHE_CONTROL, caching)
        .contentType(MediaType.APPLICATION_JSON)
        .bodyValue(user.json());
  }

  private static Mono<ServerResponse> ok(List<User> items, @Nullable String next) {
    return ServerResponse.ok()
        .cacheControl(PRIVATE)
        .bodyValue(new UserList(items.stream().map(UserView::from).toList(), next));
  }

  static <T> Mono<T> notFound() {
    return Mono.error(() -> ApiException.of(ErrorCode.NOT_FOUND, "No such user"));
  }

  static String tag(long version) {
    return "\"" + version + "\"";
  }
}
