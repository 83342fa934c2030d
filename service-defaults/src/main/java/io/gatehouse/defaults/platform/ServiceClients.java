package io.gatehouse.defaults.platform;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;

/** Clients for other services by their registered name, over TLS where the platform has it. */
public class ServiceClients {
  private final WebClient.Builder balanced;
  private final @Nullable SslContext tls;

  /**
   * @param balanced resolves a service's name to an instance
   */
  ServiceClients(WebClient.Builder balanced, SslBundles bundles) {
    this.balanced = balanced;
    this.tls = InternalTls.bundle(bundles).map(ServiceClients::context).orElse(null);
  }

  private static SslContext context(SslBundle bundle) {
    try {
      return SslContextBuilder.forClient()
          .trustManager(bundle.getManagers().getTrustManagerFactory())
          .build();
    } catch (SSLException unusable) {
      throw new IllegalStateException(
          "the SSL bundle '" + InternalTls.BUNDLE + "' cannot be used", unusable);
    }
  }

  /** A client whose paths are this service's. */
  public WebClient.Builder to(String service) {
    var client = balanced.clone().baseUrl("http://" + service);
    var context = tls;
    return context == null
        ? client
        : client.clientConnector(new ReactorClientHttpConnector(secured(context, service)));
  }

  private static HttpClient secured(SslContext context, String service) {
    return HttpClient.create()
        .secure(spec -> spec.sslContext(context).serverNames(InternalTls.name(service)));
  }
}
