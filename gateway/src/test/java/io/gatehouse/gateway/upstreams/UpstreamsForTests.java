package io.gatehouse.gateway.upstreams;

import java.util.List;

/** Lets a test start from services that nothing has gone wrong with. */
public final class UpstreamsForTests {
  private final Upstreams upstreams;

  public UpstreamsForTests(Upstreams upstreams) {
    this.upstreams = upstreams;
  }

  /** Drops what is known of the services: breakers, ejections, connections. */
  public void forget() {
    upstreams.forget();
  }

  public String breakerState(String service) {
    return upstreams.named(service).breaker().state().name();
  }

  public long retries(String service) {
    return upstreams.named(service).retried.sum();
  }

  /** The ports of the instances that may be called. */
  public List<Integer> instances(String service) {
    return upstreams.named(service).instances().stream().map(Instance::port).toList();
  }

  public int inFlight(String service) {
    return upstreams.named(service).inFlight();
  }

  /** The requests that may wait for their head at once. */
  public int limit(String service) {
    return upstreams.named(service).limit();
  }

  public long shed(String service) {
    return upstreams.named(service).shed.sum();
  }
}
