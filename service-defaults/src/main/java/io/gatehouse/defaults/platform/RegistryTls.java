package io.gatehouse.defaults.platform;

import com.netflix.discovery.AbstractDiscoveryClientOptionalArgs;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.ssl.SslBundles;

/** Lets the registry's client trust what the services trust, where they speak TLS. */
class RegistryTls implements BeanPostProcessor {
  private final ObjectProvider<SslBundles> bundles;

  RegistryTls(ObjectProvider<SslBundles> bundles) {
    this.bundles = bundles;
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    if (bean instanceof AbstractDiscoveryClientOptionalArgs<?> client) {
      bundles.ifAvailable(
          known ->
              InternalTls.bundle(known)
                  .ifPresent(bundle -> client.setSSLContext(bundle.createSslContext())));
    }
    return bean;
  }
}
