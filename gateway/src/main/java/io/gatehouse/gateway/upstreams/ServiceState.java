package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.platform.RegistryMetadata;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A service as this gateway sees it now.
 *
 * @param breaker closed, open or half_open
 * @param shed requests that this gateway has refused for it, since its start
 */
public record ServiceState(String name, List<InstanceState> instances, String breaker, long shed) {

  /**
   * One instance.
   *
   * @param version as it registered it; null when it did not
   * @param state up, silent (it does not answer), unregistered or ejected
   * @param startedAt RFC 3339, as it registered it; null when it did not
   */
  public record InstanceState(
      String address, @Nullable String version, String state, @Nullable String startedAt) {

    static InstanceState of(Instance instance) {
      return new InstanceState(
          instance.name(),
          instance.metadata().get(RegistryMetadata.VERSION),
          instance.state(System.nanoTime()),
          instance.metadata().get(RegistryMetadata.STARTED_AT));
    }
  }

  static ServiceState of(UpstreamService service) {
    return new ServiceState(
        service.name(),
        service.instances().stream().map(InstanceState::of).toList(),
        service.breaker().state().name().toLowerCase(Locale.ROOT),
        service.shed.sum());
  }
}
