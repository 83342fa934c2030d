package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.platform.InternalTls;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.stereotype.Component;

/** How the gateway trusts the instances that registered a secure port. */
@Component
final class UpstreamTls {
  private final SslContext context;

  UpstreamTls(SslBundles bundles) {
    // Without the platform's own authority the JDK's are trusted, which know no service's name.
    this.context = context(InternalTls.bundle(bundles));
  }

  private static SslContext context(Optional<SslBundle> bundle) {
    try {
      var builder = SslContextBuilder.forClient();
      bundle.ifPresent(given -> builder.trustManager(given.getManagers().getTrustManagerFactory()));
      return builder.build();
    } catch (SSLException unusable) {
      throw new IllegalStateException("the SSL bundle for the services cannot be used", unusable);
    }
  }

  /** Trusts the platform's authority; which service is expected is said for each connection. */
  SslContext context() {
    return context;
  }

  /** The first handler of a connection to an instance of this service. */
  SslHandler handler(Channel channel, String service, Duration timeout) {
    var engine = context.newEngine(channel.alloc());
    engine.setSSLParameters(InternalTls.expecting(service));
    var handler = new SslHandler(engine);
    handler.setHandshakeTimeoutMillis(timeout.toMillis());
    return handler;
  }
}
