package io.gatehouse.gateway.limits;

import java.util.concurrent.CompletionStage;

/** Where quota is leased from. */
interface Leases {

  /**
   * Asks for quota before it is spent.
   *
   * @param returned leased before and not spent
   * @return fails when the store is away or does not answer in time
   */
  CompletionStage<Lease> lease(Policy policy, String key, int wanted, int returned);

  /** Completes when the store answers. */
  CompletionStage<?> ping();

  /**
   * An answer, in nanoseconds.
   *
   * @param ahead by which the key's TAT is ahead of the store's clock
   * @param retryAfter until one more request conforms
   */
  record Lease(int granted, long ahead, long retryAfter) {}
}
