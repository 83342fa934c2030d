package io.gatehouse.gateway.request;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** Counts no request. */
@Component
@Primary
@Profile("metrics-off")
class MetricsOff extends RequestMetrics {
  MetricsOff(ObjectProvider<PrometheusRegistry> prometheus) {
    super(prometheus);
  }

  @Override
  public void count(EdgeExchange edge) {}
}
