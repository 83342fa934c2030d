package io.gatehouse.gateway.upstreams;

import io.gatehouse.gateway.routes.RouteEntry;
import io.gatehouse.gateway.routes.RoutePreparation;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.DefaultResponse;
import org.springframework.cloud.client.loadbalancer.EmptyResponse;
import org.springframework.cloud.client.loadbalancer.Request;
import org.springframework.cloud.client.loadbalancer.RequestDataContext;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.cloud.loadbalancer.annotation.LoadBalancerClients;
import org.springframework.cloud.loadbalancer.core.ReactorServiceInstanceLoadBalancer;
import org.springframework.cloud.loadbalancer.support.LoadBalancerClientFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Chooses for the framework's filters as the fast way does: the less loaded of two instances,
 * without those that were ejected or tried before. A team that configures its own choice ({@code
 * spring.cloud.loadbalancer.configurations}) has Spring Cloud's.
 */
record UpstreamLoadBalancer(Upstreams upstreams, String service)
    implements ReactorServiceInstanceLoadBalancer {
  /** In a request's attributes: the {@link Instance} that failed it. */
  static final String TRIED = UpstreamLoadBalancer.class.getName() + ".tried";

  @Override
  @SuppressWarnings("rawtypes") // The interface has it so.
  public Mono<Response<ServiceInstance>> choose(Request request) {
    var chosen = upstreams.named(service).choose(tried(request), System.nanoTime());
    return Mono.just(
        chosen == null
            ? new EmptyResponse()
            : new DefaultResponse(new UpstreamInstance(service, chosen)));
  }

  @SuppressWarnings("rawtypes")
  private static @Nullable Instance tried(Request request) {
    var data =
        request.getContext() instanceof RequestDataContext context
            ? context.getClientRequest()
            : null;
    return data != null
            && data.getAttributes() != null
            && data.getAttributes().get(TRIED) instanceof Instance instance
        ? instance
        : null;
  }

  /** For every service. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnProperty(
      name = "spring.cloud.loadbalancer.configurations",
      havingValue = "default",
      matchIfMissing = true)
  @LoadBalancerClients(defaultConfiguration = PerService.class)
  static class ForAll {}

  /** A service's context is made at its first use, which would be on an event loop. */
  @Component
  record Contexts(LoadBalancerClientFactory factory) implements RoutePreparation {
    @Override
    public void prepare(RouteEntry entry) {
      var service = entry.service();
      if (service != null) {
        factory.getInstance(service, ReactorServiceInstanceLoadBalancer.class);
      }
    }
  }

  /** In each service's own context. */
  static class PerService {
    @Bean
    ReactorServiceInstanceLoadBalancer upstreamLoadBalancer(
        Upstreams upstreams, Environment environment) {
      return new UpstreamLoadBalancer(
          upstreams,
          Objects.requireNonNull(environment.getProperty(LoadBalancerClientFactory.PROPERTY_NAME)));
    }
  }
}
