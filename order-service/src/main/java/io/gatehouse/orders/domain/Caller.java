package io.gatehouse.orders.domain;

/**
 * On whose behalf something is asked.
 *
 * @param privileged may act on everybody's orders
 */
public record Caller(String subject, boolean privileged) {

  /** Owners touch their own orders, the privileged all. */
  public boolean mayTouch(String customerId) {
    return privileged || subject.equals(customerId);
  }
}
