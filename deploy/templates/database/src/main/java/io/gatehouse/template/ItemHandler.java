package io.gatehouse.template;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.gatehouse.defaults.platform.Times;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ApiRoutes;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.IdCursor;
import io.gatehouse.defaults.web.JsonBodies;
import io.gatehouse.defaults.web.Preconditions;
import io.gatehouse.defaults.web.QueryParameters;
import io.gatehouse.defaults.web.Visible;
import io.gatehouse.store.ExpectedVersion;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.CacheControl;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * The calls of {@code /api/template}.
 *
 * <p>A right is one line: a scope, and a role where it matters.
 */
@Configuration(proxyBeanMethods = false)
class ItemHandler {
  private static final String PATH = "/api/template";
  private static final String ITEM = PATH + "/{id}";
  private static final String READ = "template.read";
  private static final String WRITE = "template.write";
  private static final char CURSOR = 'i';
  private static final CacheControl PRIVATE = CacheControl.noCache().cachePrivate();

  private final Items items;
  private final JsonBodies bodies;

  ItemHandler(Items items, JsonBodies bodies) {
    this.items = items;
    this.bodies = bodies.prepare(ItemBody.class);
  }

  @Bean
  RouterFunction<ServerResponse> itemRoutes() {
    return ApiRoutes.table()
        .get(PATH, this::list)
        .post(PATH, this::create)
        .get(ITEM, this::read)
        .put(ITEM, this::change)
        .delete(ITEM, this::delete)
        .build();
  }

  /** What clients send. What only the server sets may be sent back and is ignored. */
  @JsonIgnoreProperties({"id", "version", "createdAt", "updatedAt"})
  record ItemBody(
      @NotNull @Size(min = 1, max = 100) @Visible String name,
      @NotNull @Min(0) @Max(1_000_000_000) Integer quantity) {}

  /** What clients get. */
  record ItemView(
      String id, String name, int quantity, long version, String createdAt, String updatedAt) {

    static ItemView from(Item item) {
      return new ItemView(
          item.id().toString(),
          item.name(),
          item.quantity(),
          item.version(),
          Times.text(item.createdAt()),
          Times.text(item.updatedAt()));
    }
  }

  /** A page, and the cursor of the next one. */
  record ItemPage(List<ItemView> items, @Nullable String next) {}

  private Mono<ServerResponse> list(ServerRequest request) {
    AccessToken.of(request.exchange()).requireScope(READ);
    var query = QueryParameters.of(request, "limit", "cursor");
    var limit = query.limit();
    var after =
        query.parse(
            "cursor", text -> IdCursor.parse(CURSOR, text), "is no cursor that this list gave out");
    query.check();
    // One more than the page holds tells whether there is a next one.
    return items
        .page(after.orElse(IdCursor.start(CURSOR)), limit + 1)
        .flatMap(
            found -> {
              var page = found.size() > limit ? found.subList(0, limit) : found;
              var next =
                  found.size() > limit
                      ? IdCursor.behind(CURSOR, page.getLast().id()).toString()
                      : null;
              return ServerResponse.ok()
                  .cacheControl(PRIVATE)
                  .bodyValue(new ItemPage(page.stream().map(ItemView::from).toList(), next));
            });
  }

  private Mono<ServerResponse> create(ServerRequest request) {
    AccessToken.of(request.exchange()).requireScope(WRITE);
    QueryParameters.none(request);
    var _ = Preconditions.of(request).check(null);
    return bodies
        .read(request, ItemBody.class)
        .flatMap(body -> items.create(body.name(), body.quantity()))
        .flatMap(
            item ->
                ServerResponse.created(URI.create(PATH + "/" + item.id()))
                    .eTag(item.tag())
                    .cacheControl(PRIVATE)
                    .bodyValue(ItemView.from(item)));
  }

  private Mono<ServerResponse> read(ServerRequest request) {
    AccessToken.of(request.exchange()).requireScope(READ);
    var id = QueryParameters.id(request);
    QueryParameters.none(request);
    var conditions = Preconditions.of(request);
    return items
        .find(id)
        .switchIfEmpty(noSuchItem())
        .flatMap(
            item ->
                switch (conditions.check(item.tag())) {
                  case PROCEED -> ok(item);
                  case NOT_MODIFIED ->
                      ServerResponse.status(304).eTag(item.tag()).cacheControl(PRIVATE).build();
                });
  }

  private Mono<ServerResponse> change(ServerRequest request) {
    AccessToken.of(request.exchange()).requireScope(WRITE);
    var id = QueryParameters.id(request);
    QueryParameters.none(request);
    var conditions = Preconditions.of(request);
    return bodies
        .read(request, ItemBody.class)
        .flatMap(
            body -> items.change(id, ExpectedVersion.of(conditions), body.name(), body.quantity()))
        .switchIfEmpty(Mono.defer(() -> missingOrChanged(id, conditions)))
        .flatMap(ItemHandler::ok);
  }

  private Mono<ServerResponse> delete(ServerRequest request) {
    AccessToken.of(request.exchange()).requireScope(WRITE);
    var id = QueryParameters.id(request);
    QueryParameters.none(request);
    var conditions = Preconditions.of(request);
    return items
        .delete(id, ExpectedVersion.of(conditions))
        .switchIfEmpty(Mono.defer(() -> missingOrChanged(id, conditions)))
        .flatMap(_ -> ServerResponse.noContent().build());
  }

  /** Nothing was changed: there is no such item, or it has another version. */
  private <T> Mono<T> missingOrChanged(UUID id, Preconditions conditions) {
    return items
        .find(id)
        .switchIfEmpty(noSuchItem())
        .flatMap(
            item -> {
              var _ = conditions.check(item.tag());
              return Mono.error(ApiException.of(ErrorCode.VERSION_MISMATCH));
            });
  }

  private static Mono<ServerResponse> ok(Item item) {
    return ServerResponse.ok()
        .eTag(item.tag())
        .cacheControl(PRIVATE)
        .bodyValue(ItemView.from(item));
  }

  private static Mono<Item> noSuchItem() {
    return Mono.error(() -> ApiException.of(ErrorCode.NOT_FOUND, "No such item"));
  }
}
