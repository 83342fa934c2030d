package io.gatehouse.discovery;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.discovery.EurekaClient;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.netflix.eureka.http.EurekaClientHttpRequestFactorySupplier;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ClientHttpRequestFactory;

/** A service as the platform's are, with their settings of the registry's client. */
final class RegisteredService implements AutoCloseable {
  private static final String SETTINGS =
      "file:../service-defaults/src/main/resources/gatehouse-defaults.yml";

  private final ConfigurableApplicationContext context;

  RegisteredService(String... registries) {
    context =
        new SpringApplicationBuilder(Nothing.class)
            .web(WebApplicationType.NONE)
            .run(
                "--spring.config.location=" + SETTINGS,
                // A service has no Jersey beside it.
                "--eureka.client.jersey.enabled=false",
                "--spring.application.name=greeter",
                "--GATEHOUSE_DISCOVERY_URL=" + String.join(",", registries));
  }

  String instance() {
    return context.getBean(ApplicationInfoManager.class).getInfo().getInstanceId();
  }

  /** Whether it would find that instance. */
  boolean finds(String instance) {
    var application = context.getBean(EurekaClient.class).getApplication("GREETER");
    return application != null && application.getByInstanceId(instance) != null;
  }

  @Override
  public void close() {
    context.close();
  }

  @Configuration(proxyBeanMethods = false)
  @EnableAutoConfiguration
  static class Nothing {

    /** As service-defaults' RegistryCalls has it, which is not beside a registry. */
    @Bean
    static BeanPostProcessor registryCalls() {
      return new BeanPostProcessor() {
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
          return bean instanceof EurekaClientHttpRequestFactorySupplier supplier
              ? (EurekaClientHttpRequestFactorySupplier)
                  (tls, verifier) -> unmarked(supplier.get(tls, verifier))
              : bean;
        }
      };
    }

    private static ClientHttpRequestFactory unmarked(ClientHttpRequestFactory requests) {
      return (uri, method) -> {
        var _ = Thread.interrupted();
        return requests.createRequest(uri, method);
      };
    }
  }
}
