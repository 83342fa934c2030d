package io.gatehouse.orders;

import io.gatehouse.defaults.AccessToken;
import io.gatehouse.defaults.ApiException;
import io.gatehouse.defaults.ErrorCode;
import io.gatehouse.orders.domain.Caller;
import io.gatehouse.orders.domain.OrderStatus;
import io.gatehouse.orders.store.History;
import io.gatehouse.orders.store.OrderState;
import io.gatehouse.orders.views.AuditTrail;
import io.gatehouse.orders.views.Diff;
import io.gatehouse.orders.views.Histories;
import io.gatehouse.orders.views.OrderBody;
import io.gatehouse.orders.views.OrderList;
import io.gatehouse.orders.views.OrderList.Filter;
import io.gatehouse.orders.views.Verification;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Reads of orders: now, in time, in lists. */
@Component
class ReadHandler {
  private static final String CHECK_ALWAYS = "private, no-cache";
  private static final String NEVER_CHANGES = "private, max-age=31536000, immutable";

  private final OrderList list;
  private final Histories histories;
  private final AuditTrail trail;
  private final Verification verification;

  ReadHandler(OrderList list, Histories histories, AuditTrail trail, Verification verification) {
    this.list = list;
    this.histories = histories;
    this.trail = trail;
    this.verification = verification;
  }

  /** A page of a list. */
  record Page<T>(List<T> items, @Nullable String next) {}

  Mono<ServerResponse> list(ServerRequest request) {
    var caller = reader(request);
    var params = Params.of(request, "limit", "cursor", "status", "customerId", "limitPer");
    var limit = params.number("limit", 1, 100, 20);
    var limitPer = params.number("limitPer", 1, 100, 0);
    var before = params.orderCursor("cursor");
    var status = params.orNull("status", ReadHandler::status, "must be a status such as PLACED");
    var customers = params.orNull("customerId", ReadHandler::customers, "must be 1 to 100 ids");
    if (limitPer > 0 && (customers == null || params.has("cursor") || params.has("limit"))) {
      params.problem("limitPer", "goes with customerId, and without limit and cursor");
    }
    params.check();
    if (!caller.privileged()) {
      if (limitPer > 0 || (customers != null && !customers.equals(List.of(caller.subject())))) {
        throw ApiException.of(ErrorCode.FORBIDDEN);
      }
      customers = List.of(caller.subject());
    }
    var whose = customers == null ? List.<String>of() : customers;
    return limitPer > 0
        ? list.newestOfEach(new Filter(whose, status, null, limitPer))
            .flatMap(orders -> page(orders.stream().map(OrderBody::from).toList(), null))
        : list.page(new Filter(whose, status, before, limit + 1))
            .flatMap(orders -> page(orders, limit));
  }

  private static Mono<ServerResponse> page(List<OrderState> orders, int limit) {
    var shown = orders.subList(0, Math.min(limit, orders.size()));
    return page(
        shown.stream().map(OrderBody::from).toList(),
        orders.size() > limit ? Params.cursor(shown.getLast().id()) : null);
  }

  private static <T> Mono<ServerResponse> page(List<T> items, @Nullable String next) {
    return ServerResponse.ok()
        .header("Cache-Control", CHECK_ALWAYS)
        .bodyValue(new Page<>(items, next));
  }

  Mono<ServerResponse> one(ServerRequest request) {
    var caller = reader(request);
    var id = Params.id(request);
    var params = Params.of(request, "version", "asOf");
    var version = params.version("version");
    var asOf = params.time("asOf");
    if (params.has("version") && params.has("asOf")) {
      params.problem("asOf", "cannot be combined with version");
    }
    params.check();
    if (params.has("version")) {
      return histories.at(id, version, caller).flatMap(history -> past(request, history));
    }
    if (asOf != null) {
      return histories
          .asOf(id, asOf, caller)
          .flatMap(history -> order(request, history.fold(), CHECK_ALWAYS));
    }
    return list.find(id)
        // A view that is being rebuilt may lack a row; the events have it.
        .switchIfEmpty(histories.latest(id, caller).map(History::fold))
        .flatMap(
            state -> {
              refuseUnlessVisible(caller, state);
              return order(request, state, CHECK_ALWAYS);
            });
  }

  private static Mono<ServerResponse> past(ServerRequest request, History history) {
    return order(
        request,
        history.fold(),
        history.version() < history.lastVersion() ? NEVER_CHANGES : CHECK_ALWAYS);
  }

  private static Mono<ServerResponse> order(
      ServerRequest request, OrderState state, String caching) {
    var tag = Requests.eTag(state);
    if (Requests.knows(request, tag)) {
      return ServerResponse.status(304).eTag(tag).header("Cache-Control", caching).build();
    }
    return ServerResponse.ok()
        .eTag(tag)
        .header("Cache-Control", caching)
        .bodyValue(OrderBody.from(state));
  }

  Mono<ServerResponse> events(ServerRequest request) {
    var caller = reader(request);
    var id = Params.id(request);
    var params = Params.of(request, "limit", "cursor");
    var limit = params.number("limit", 1, 100, 20);
    var after = params.versionCursor("cursor");
    params.check();
    return histories
        .requireVisible(id, caller)
        .then(Mono.defer(() -> trail.page(id, after, limit + 1)))
        .flatMap(
            found -> {
              var shown = found.subList(0, Math.min(limit, found.size()));
              return page(
                  shown, found.size() > limit ? Params.cursor(shown.getLast().version()) : null);
            });
  }

  Mono<ServerResponse> diff(ServerRequest request) {
    var caller = reader(request);
    var id = Params.id(request);
    var params = Params.of(request, "from", "to");
    var from = params.requiredVersion("from");
    var to = params.requiredVersion("to");
    params.check();
    return histories
        .at(id, from, caller)
        .zipWith(histories.at(id, to, caller))
        .flatMap(
            both ->
                ServerResponse.ok()
                    .header("Cache-Control", CHECK_ALWAYS)
                    .bodyValue(Diff.between(both.getT1().fold(), both.getT2().fold())));
  }

  Mono<ServerResponse> verification(ServerRequest request) {
    var caller = reader(request);
    var id = Params.id(request);
    Params.of(request).check();
    return histories
        .requireVisible(id, caller)
        .then(Mono.defer(() -> verification.of(id)))
        .flatMap(
            report -> ServerResponse.ok().header("Cache-Control", "no-store").bodyValue(report));
  }

  private static Caller reader(ServerRequest request) {
    var token = AccessToken.of(request.exchange());
    token.requireScope("orders.read");
    return Requests.caller(token);
  }

  private static void refuseUnlessVisible(Caller caller, OrderState state) {
    if (!caller.mayTouch(state.order().contentsOrThrow().customerId())) {
      throw ApiException.of(ErrorCode.FORBIDDEN);
    }
  }

  private static @Nullable OrderStatus status(String text) {
    return Arrays.stream(OrderStatus.values())
        .filter(status -> status.name().equals(text))
        .findFirst()
        .orElse(null);
  }

  private static @Nullable List<String> customers(String text) {
    var ids = List.of(text.split(",", -1));
    var wellFormed = ids.stream().allMatch(id -> !id.isBlank() && id.length() <= 64);
    return wellFormed && ids.size() <= 100 ? ids.stream().distinct().toList() : null;
  }
}
