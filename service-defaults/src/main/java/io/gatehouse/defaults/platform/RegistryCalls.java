package io.gatehouse.defaults.platform;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.cloud.netflix.eureka.http.EurekaClientHttpRequestFactorySupplier;
import org.springframework.http.client.ClientHttpRequestFactory;

/**
 * Lets a thread that was interrupted ask the next registry. The Eureka client interrupts a read of
 * the registry that takes longer than the interval between two, and the thread goes on to the other
 * one, whom the mark of the interruption would keep it from asking: with one that hangs, it would
 * never read at all.
 */
class RegistryCalls implements BeanPostProcessor {

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof EurekaClientHttpRequestFactorySupplier supplier
        ? (EurekaClientHttpRequestFactorySupplier)
            (tls, verifier) -> unmarked(supplier.get(tls, verifier))
        : bean;
  }

  private static ClientHttpRequestFactory unmarked(ClientHttpRequestFactory requests) {
    return (uri, method) -> {
      var _ = Thread.interrupted();
      return requests.createRequest(uri, method);
    };
  }
}
