package io.gatehouse.defaults.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.OpenTelemetry;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

/** Traces cost nothing unless they are asked for. */
class TracesOnDemandTest {

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Service {}

  private final ApplicationContextRunner service =
      new ApplicationContextRunner()
          .withUserConfiguration(Service.class)
          .withPropertyValues("eureka.client.enabled=false");

  @Test
  void tracer_isNotThere_withoutAnEndpoint() {
    service.run(
        context ->
            assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(Tracer.class)
                .doesNotHaveBean(OpenTelemetry.class));
  }

  @Test
  void tracer_isThere_withAnEndpoint() {
    service
        .withPropertyValues("gatehouse.traces.endpoint=http://127.0.0.1:1/v1/traces")
        .run(context -> assertThat(context).hasNotFailed().hasSingleBean(Tracer.class));
  }
}
