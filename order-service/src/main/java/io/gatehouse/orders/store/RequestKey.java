package io.gatehouse.orders.store;

import java.util.List;
import java.util.UUID;

/**
 * A caller's Idempotency-Key with what tells its request from others.
 *
 * @param fingerprints HMACs of method, path and body by each data key, the one in use first
 */
public record RequestKey(String caller, String key, List<String> fingerprints) {

  /** The one that is stored. */
  String fingerprint() {
    return fingerprints.getFirst();
  }

  /**
   * The first success of a key: enough to fold the same answer again.
   *
   * @param status the HTTP status
   * @param versions of each order, after the request
   */
  public record Answer(
      String fingerprint, int status, List<UUID> orderIds, List<Integer> versions) {

    /** True when it answered the very same request. */
    public boolean answers(RequestKey request) {
      return request.fingerprints.contains(fingerprint);
    }
  }
}
