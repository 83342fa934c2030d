package io.gatehouse.orders.domain;

/** The public names of an order's states. */
public enum OrderStatus {
  PLACED,
  PAID,
  SHIPPED,
  DELIVERED,
  CANCELLED
}
