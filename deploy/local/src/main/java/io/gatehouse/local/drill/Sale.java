package io.gatehouse.local.drill;

/**
 * An order that was asked for. Its versions are 1 once placed and 2 once paid.
 *
 * @param mark tells it from all others; the SKU of its only item
 * @param customer whose it is
 * @param id empty until it is acknowledged
 * @param sent the version that what was sent can have brought it to
 * @param acknowledged the version that was acknowledged; 0 for none
 */
record Sale(String mark, Customer customer, String id, int sent, int acknowledged) {
  static final int PLACED = 1;
  static final int PAID = 2;

  static Sale sent(String mark, Customer customer) {
    return new Sale(mark, customer, "", PLACED, 0);
  }

  static String status(int version) {
    return version == PLACED ? "PLACED" : "PAID";
  }

  Sale placed(String orderId) {
    return new Sale(mark, customer, orderId, sent, Math.max(acknowledged, PLACED));
  }

  Sale paying() {
    return new Sale(mark, customer, id, PAID, acknowledged);
  }

  Sale paid() {
    return new Sale(mark, customer, id, sent, PAID);
  }
}
