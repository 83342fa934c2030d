package io.gatehouse.orders.commands;

import io.gatehouse.defaults.web.ApiError;
import java.util.Map;

/** The errors that only commands on orders meet. */
enum OrderError implements ApiError {
  REQUEST_IN_PROGRESS(
      409, "A request with this Idempotency-Key is being worked on; try again shortly"),
  IDEMPOTENCY_KEY_REUSED(422, "This Idempotency-Key was used for another request"),
  ORDER_NOT_PLACED(422, "The order was never placed"),
  ORDER_ALREADY_PLACED(422, "The order was placed already"),
  ORDER_NOT_CHANGEABLE(422, "Items can be changed only while the order is PLACED"),
  ORDER_NOT_PAYABLE(422, "Only an order that is PLACED can be paid"),
  ORDER_NOT_SHIPPABLE(422, "Only an order that is PAID can be shipped"),
  ORDER_NOT_DELIVERABLE(422, "Only an order that is SHIPPED can be delivered"),
  ORDER_NOT_CANCELLABLE(422, "Only an order that is PLACED or PAID can be cancelled"),
  ORDER_HISTORY_FULL(422, "The order has as many events as an order may have"),
  CUSTOMER_DELETED(422, "The customer's account was deleted; nothing can be ordered");

  private final int status;
  private final String message;

  OrderError(int status, String message) {
    this.status = status;
    this.message = message;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public String message() {
    return message;
  }

  @Override
  public Map<String, String> headers() {
    return this == REQUEST_IN_PROGRESS ? Map.of("Retry-After", "1") : Map.of();
  }
}
