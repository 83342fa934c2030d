package io.gatehouse.orders;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ApiRoutes;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.JsonBodies;
import io.gatehouse.defaults.web.QueryParameters;
import io.gatehouse.orders.Bodies.Cancellation;
import io.gatehouse.orders.Bodies.ChangeOfItems;
import io.gatehouse.orders.Bodies.Delivery;
import io.gatehouse.orders.Bodies.Payment;
import io.gatehouse.orders.Bodies.PlaceBatch;
import io.gatehouse.orders.Bodies.PlaceOrder;
import io.gatehouse.orders.Bodies.Shipment;
import io.gatehouse.orders.commands.OrderCommands;
import io.gatehouse.orders.commands.OrderCommands.Result;
import io.gatehouse.orders.domain.OrderCommand;
import io.gatehouse.orders.reads.OrderBody;
import io.gatehouse.orders.store.DataKeys;
import java.net.URI;
import java.util.List;
import java.util.function.Function;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The routes of {@code /api/orders}, and the writes among them. */
@Configuration(proxyBeanMethods = false)
class OrderHandler {
  private final OrderCommands commands;
  private final DataKeys dataKeys;
  private final JsonBodies bodies;

  OrderHandler(OrderCommands commands, DataKeys dataKeys, JsonBodies bodies) {
    this.commands = commands;
    this.dataKeys = dataKeys;
    this.bodies =
        bodies.prepare(
            PlaceOrder.class,
            PlaceBatch.class,
            ChangeOfItems.class,
            Payment.class,
            Shipment.class,
            Delivery.class,
            Cancellation.class);
  }

  @Bean
  RouterFunction<ServerResponse> orderRoutes(ReadHandler reads, StreamHandler streams) {
    return ApiRoutes.table()
        .post("/api/orders", this::place)
        .get("/api/orders", reads::list)
        .post("/api/orders/batch", this::placeBatch)
        .stream("/api/orders/stream", streams::stream)
        .get("/api/orders/{id}", reads::one)
        .put("/api/orders/{id}/items", owner(ChangeOfItems.class, ChangeOfItems::toCommand))
        .post("/api/orders/{id}/payment", owner(Payment.class, Payment::toCommand))
        .post("/api/orders/{id}/shipment", privileged(Shipment.class, Shipment::toCommand))
        .post("/api/orders/{id}/delivery", privileged(Delivery.class, Delivery::toCommand))
        .post("/api/orders/{id}/cancellation", owner(Cancellation.class, Cancellation::toCommand))
        .get("/api/orders/{id}/events", reads::events)
        .get("/api/orders/{id}/diff", reads::diff)
        .get("/api/orders/{id}/verification", reads::verification)
        .get("/feed", streams::feed)
        .build();
  }

  private Mono<ServerResponse> place(ServerRequest request) {
    var token = writer(request);
    return bodies
        .body(request, PlaceOrder.class)
        .flatMap(
            body -> {
              var order = body.value();
              refuseForeignCustomer(token, order);
              return commands.place(
                  List.of(order.toCommand(token.subject())),
                  Requests.of(request, token, "PlaceOrder", body.bytes(), dataKeys));
            })
        .flatMap(
            result -> {
              var state = result.orders().getFirst();
              return answer(ServerResponse.created(URI.create("/api/orders/" + state.id())), result)
                  .eTag(state.eTag())
                  .bodyValue(OrderBody.from(state));
            });
  }

  private Mono<ServerResponse> placeBatch(ServerRequest request) {
    var token = writer(request);
    return bodies
        .body(request, PlaceBatch.class)
        .flatMap(
            body -> {
              var batch = body.value();
              batch.orders().forEach(order -> refuseForeignCustomer(token, order));
              return commands.place(
                  batch.orders().stream().map(order -> order.toCommand(token.subject())).toList(),
                  Requests.of(request, token, "PlaceOrder", body.bytes(), dataKeys));
            })
        .flatMap(
            result ->
                answer(ServerResponse.status(201), result)
                    .bodyValue(new Batch(result.orders().stream().map(OrderBody::from).toList())));
  }

  record Batch(List<OrderBody> items) {}

  private <T> HandlerFunction<ServerResponse> owner(
      Class<T> body, Function<T, OrderCommand> toCommand) {
    return request -> change(request, writer(request), body, toCommand);
  }

  private <T> HandlerFunction<ServerResponse> privileged(
      Class<T> body, Function<T, OrderCommand> toCommand) {
    return request -> {
      var token = writer(request);
      if (!token.isPrivileged()) {
        throw ApiException.of(ErrorCode.FORBIDDEN);
      }
      return change(request, token, body, toCommand);
    };
  }

  private <T> Mono<ServerResponse> change(
      ServerRequest request,
      AccessToken token,
      Class<T> type,
      Function<T, OrderCommand> toCommand) {
    var id = QueryParameters.id(request);
    return bodies
        .body(request, type)
        .flatMap(
            body -> {
              var command = toCommand.apply(body.value());
              var name = command.getClass().getSimpleName();
              return commands.change(
                  id, command, Requests.of(request, token, name, body.bytes(), dataKeys));
            })
        .flatMap(
            result -> {
              var state = result.orders().getFirst();
              return answer(ServerResponse.ok(), result)
                  .eTag(state.eTag())
                  .bodyValue(OrderBody.from(state));
            });
  }

  private static ServerResponse.BodyBuilder answer(
      ServerResponse.BodyBuilder response, Result result) {
    response.header("Cache-Control", "no-store");
    return result.replayed() ? response.header("Idempotent-Replayed", "true") : response;
  }

  private static AccessToken writer(ServerRequest request) {
    var token = AccessToken.of(request.exchange());
    token.requireScope("orders.write");
    QueryParameters.none(request);
    return token;
  }

  /** Only the privileged name a customer; naming oneself is no exception. */
  private static void refuseForeignCustomer(AccessToken token, PlaceOrder order) {
    if (order.customerId() != null && !token.isPrivileged()) {
      throw ApiException.of(
          ErrorCode.FORBIDDEN, "Only ADMIN and SERVICE may order for somebody by customerId");
    }
  }
}
