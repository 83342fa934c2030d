package io.gatehouse.orders.domain;

/** Why the rules of the domain refuse a command. */
public enum Refusal {
  NOT_PLACED,
  ALREADY_PLACED,
  NOT_CHANGEABLE,
  NOT_PAYABLE,
  NOT_SHIPPABLE,
  NOT_DELIVERABLE,
  NOT_CANCELLABLE,
  /** The order has as many events as an order may have. */
  HISTORY_FULL,
  /** The customer's account was deleted. */
  CUSTOMER_GONE
}
