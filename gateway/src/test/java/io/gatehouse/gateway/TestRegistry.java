package io.gatehouse.gateway;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.DiscoveryClient;

/** A registry that a test fills. */
public final class TestRegistry implements DiscoveryClient {
  private final Map<String, List<ServiceInstance>> services = new ConcurrentHashMap<>();

  public void put(String service, Integer... ports) {
    services.put(
        service,
        Stream.of(ports)
            .<ServiceInstance>map(
                port ->
                    new DefaultServiceInstance(service + port, service, "127.0.0.1", port, false))
            .toList());
  }

  /** One instance, which tells its management port as Eureka's clients do. */
  public void putManaged(String service, int port, int managementPort) {
    var metadata = Map.of("management.port", String.valueOf(managementPort));
    services.put(
        service,
        List.of(
            new DefaultServiceInstance(
                service + port, service, "127.0.0.1", port, false, metadata)));
  }

  @Override
  public String description() {
    return "test";
  }

  @Override
  public List<ServiceInstance> getInstances(String service) {
    return services.getOrDefault(service, List.of());
  }

  @Override
  public List<String> getServices() {
    return List.copyOf(services.keySet());
  }

  @Override
  public int getOrder() {
    return Integer.MIN_VALUE;
  }
}
