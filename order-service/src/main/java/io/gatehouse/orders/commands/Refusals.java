package io.gatehouse.orders.commands;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.orders.domain.Refusal;

/** The one place where the domain's refusals become answers. */
final class Refusals {
  private Refusals() {}

  static ApiException toError(Refusal refusal) {
    return switch (refusal) {
      case NOT_PLACED -> refused("ORDER_NOT_PLACED", "The order was never placed");
      case ALREADY_PLACED -> refused("ORDER_ALREADY_PLACED", "The order was placed already");
      case NOT_CHANGEABLE ->
          refused("ORDER_NOT_CHANGEABLE", "Items can be changed only while the order is PLACED");
      case NOT_PAYABLE -> refused("ORDER_NOT_PAYABLE", "Only an order that is PLACED can be paid");
      case NOT_SHIPPABLE ->
          refused("ORDER_NOT_SHIPPABLE", "Only an order that is PAID can be shipped");
      case NOT_DELIVERABLE ->
          refused("ORDER_NOT_DELIVERABLE", "Only an order that is SHIPPED can be delivered");
      case NOT_CANCELLABLE ->
          refused("ORDER_NOT_CANCELLABLE", "Only an order that is PLACED or PAID can be cancelled");
      case HISTORY_FULL ->
          refused("ORDER_HISTORY_FULL", "The order has as many events as an order may have");
      case CUSTOMER_GONE ->
          refused("CUSTOMER_DELETED", "The customer's account was deleted; nothing can be ordered");
    };
  }

  private static ApiException refused(String code, String message) {
    return ApiException.refused(code, message);
  }
}
