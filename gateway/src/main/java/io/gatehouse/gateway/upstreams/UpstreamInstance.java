package io.gatehouse.gateway.upstreams;

import java.net.URI;
import java.util.Map;
import org.springframework.cloud.client.ServiceInstance;

/** An instance as Spring Cloud's load balancer gives it to the framework's filters. */
record UpstreamInstance(String service, Instance instance) implements ServiceInstance {

  @Override
  public String getServiceId() {
    return service;
  }

  @Override
  public String getHost() {
    return instance.host();
  }

  @Override
  public int getPort() {
    return instance.port();
  }

  @Override
  public boolean isSecure() {
    return instance.isSecure();
  }

  @Override
  public URI getUri() {
    return URI.create((isSecure() ? "https://" : "http://") + instance.name());
  }

  @Override
  public Map<String, String> getMetadata() {
    return Map.of();
  }
}
