package io.gatehouse.orders.domain;

/**
 * One line of an order.
 *
 * @param quantity 1 to 9 999
 * @param unitPrice 0 to 10^9 minor units of the order's currency
 */
public record Item(String sku, String name, int quantity, long unitPrice) {}
