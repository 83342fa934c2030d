package io.gatehouse.orders;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.Preconditions;
import io.gatehouse.defaults.web.QueryParameters;
import io.gatehouse.orders.domain.Caller;
import io.gatehouse.orders.domain.OrderStatus;
import io.gatehouse.orders.reads.AuditTrail;
import io.gatehouse.orders.reads.Diff;
import io.gatehouse.orders.reads.Histories;
import io.gatehouse.orders.reads.OrderBody;
import io.gatehouse.orders.reads.OrderList;
import io.gatehouse.orders.reads.OrderList.Filter;
import io.gatehouse.orders.reads.OrderRow;
import io.gatehouse.orders.reads.Verification;
import io.gatehouse.orders.store.History;
import io.gatehouse.orders.store.UnknownEvent;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Reads of orders: now, in time, in lists. */
@Component
class ReadHandler {
  /** Whatever is somebody's: a browser asks before it shows one person's copy to the next. */
  private static final String CHECK_ALWAYS = "private, no-cache";

  private static final Pattern CUSTOMER = Pattern.compile("[^\\p{Cntrl}]{1,64}");

  private final OrderList list;
  private final Histories histories;
  private final AuditTrail trail;
  private final Verification verification;
  private final JsonMapper json;

  ReadHandler(
      OrderList list,
      Histories histories,
      AuditTrail trail,
      Verification verification,
      JsonMapper json) {
    this.list = list;
    this.histories = histories;
    this.trail = trail;
    this.verification = verification;
    this.json = json;
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
            .flatMap(found -> newest(request, found))
        : list.page(new Filter(whose, status, before, limit))
            .flatMap(found -> page(request, found));
  }

  /** There is no cursor over several lists: what is too much is refused, and never cut. */
  private Mono<ServerResponse> newest(ServerRequest request, OrderList.Found found) {
    if (found.more()) {
      throw ApiException.invalid(
          "limitPer",
          "asks for more than fits one answer: ask for fewer of each, or fewer customers");
    }
    return page(request, found);
  }

  private Mono<ServerResponse> page(ServerRequest request, OrderList.Found found) {
    return page(
        request,
        found.orders().stream().map(OrderBody::from).toList(),
        found.more() ? Params.cursor(found.orders().getLast().id()) : null);
  }

  private <T> Mono<ServerResponse> page(
      ServerRequest request, List<T> items, @Nullable String next) {
    return answer(request, new Page<>(items, next));
  }

  Mono<ServerResponse> one(ServerRequest request) {
    var caller = reader(request);
    var id = QueryParameters.id(request);
    var params = Params.of(request, "version", "asOf");
    var version = params.version("version");
    var asOf = params.time("asOf");
    if (params.has("version") && params.has("asOf")) {
      params.problem("asOf", "cannot be combined with version");
    }
    params.check();
    if (params.has("version")) {
      return past(histories.at(id, version, caller)).flatMap(row -> order(request, row));
    }
    if (asOf != null) {
      return past(histories.asOf(id, asOf, caller)).flatMap(row -> order(request, row));
    }
    return list.find(id)
        // A view that is being rebuilt may lack a row; the events have it.
        .switchIfEmpty(histories.latest(id, caller).map(History::fold).map(OrderRow::of))
        .flatMap(
            row -> {
              refuseUnlessVisible(caller, row);
              return order(request, row);
            });
  }

  /** What only a later version can fold is known still, as long as it is how the order is now. */
  private Mono<OrderRow> past(Mono<History> found) {
    return found.flatMap(
        history ->
            Mono.fromSupplier(() -> OrderRow.of(history.fold()))
                .onErrorResume(
                    UnknownEvent.class,
                    unknown ->
                        list.find(history.orderId())
                            .filter(now -> now.version() == history.version())
                            .switchIfEmpty(Mono.error(unknown))));
  }

  private Mono<ServerResponse> order(ServerRequest request, OrderRow row) {
    return answer(request, row.eTag(), json.writeValueAsBytes(OrderBody.from(row)));
  }

  /** What has no version has its bytes' digest for one. */
  private Mono<ServerResponse> answer(ServerRequest request, Object body) {
    var bytes = json.writeValueAsBytes(body);
    return answer(request, '"' + Digests.of(bytes) + '"', bytes);
  }

  private static Mono<ServerResponse> answer(ServerRequest request, String tag, byte[] body) {
    return switch (Preconditions.of(request).check(tag)) {
      case NOT_MODIFIED ->
          ServerResponse.status(304).eTag(tag).header("Cache-Control", CHECK_ALWAYS).build();
      case PROCEED ->
          ServerResponse.ok()
              .eTag(tag)
              .header("Cache-Control", CHECK_ALWAYS)
              .contentType(MediaType.APPLICATION_JSON)
              .bodyValue(body);
    };
  }

  Mono<ServerResponse> events(ServerRequest request) {
    var caller = reader(request);
    var id = QueryParameters.id(request);
    var params = Params.of(request, "limit", "cursor");
    var limit = params.number("limit", 1, 100, 20);
    var after = params.versionCursor("cursor");
    params.check();
    return histories
        .requireVisible(id, caller)
        .then(Mono.defer(() -> trail.page(id, after, limit)))
        .flatMap(
            found ->
                page(
                    request,
                    found.entries(),
                    found.more() ? Params.cursor(found.entries().getLast().version()) : null));
  }

  Mono<ServerResponse> diff(ServerRequest request) {
    var caller = reader(request);
    var id = QueryParameters.id(request);
    var params = Params.of(request, "from", "to");
    var from = params.requiredVersion("from");
    var to = params.requiredVersion("to");
    params.check();
    return histories
        .at(id, from, caller)
        .zipWith(histories.at(id, to, caller))
        .flatMap(both -> answer(request, Diff.between(both.getT1().fold(), both.getT2().fold())));
  }

  Mono<ServerResponse> verification(ServerRequest request) {
    var caller = reader(request);
    var id = QueryParameters.id(request);
    QueryParameters.none(request);
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

  private static void refuseUnlessVisible(Caller caller, OrderRow row) {
    if (!caller.mayTouch(row.contents().customerId())) {
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
    var wellFormed = ids.stream().allMatch(id -> CUSTOMER.matcher(id).matches());
    return wellFormed && ids.size() <= 100 ? ids.stream().distinct().toList() : null;
  }
}
