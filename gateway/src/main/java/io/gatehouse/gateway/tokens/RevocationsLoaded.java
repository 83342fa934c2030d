package io.gatehouse.gateway.tokens;

/** Says whether the set of revocations was loaded once, for readiness. */
public interface RevocationsLoaded {

  /** True from the first load on. */
  boolean loaded();
}
