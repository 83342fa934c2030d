package io.gatehouse.orders.commands;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.orders.domain.Refusal;

/** The one place where the domain's refusals become answers. */
final class Refusals {
  private Refusals() {}

  static ApiException toError(Refusal refusal) {
    return ApiException.of(
        switch (refusal) {
          case NOT_PLACED -> OrderError.ORDER_NOT_PLACED;
          case ALREADY_PLACED -> OrderError.ORDER_ALREADY_PLACED;
          case NOT_CHANGEABLE -> OrderError.ORDER_NOT_CHANGEABLE;
          case NOT_PAYABLE -> OrderError.ORDER_NOT_PAYABLE;
          case NOT_SHIPPABLE -> OrderError.ORDER_NOT_SHIPPABLE;
          case NOT_DELIVERABLE -> OrderError.ORDER_NOT_DELIVERABLE;
          case NOT_CANCELLABLE -> OrderError.ORDER_NOT_CANCELLABLE;
          case HISTORY_FULL -> OrderError.ORDER_HISTORY_FULL;
          case CUSTOMER_GONE -> OrderError.CUSTOMER_DELETED;
        });
  }
}
