package io.gatehouse.defaults.platform;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;

/**
 * TLS between the services, by the SSL bundle {@value #BUNDLE}; off where there is no such bundle
 * (profile {@code internal-tls} brings it).
 *
 * <p>Instances are called by address, which no certificate can know before it is given. So a caller
 * asks by SNI for the service it wants, and the certificate must carry that name.
 */
public final class InternalTls {
  static final String BUNDLE = "internal";

  private InternalTls() {}

  /** The bundle that services trust each other by; empty where they speak plainly. */
  public static Optional<SslBundle> bundle(SslBundles bundles) {
    return bundles.getBundleNames().contains(BUNDLE)
        ? Optional.of(bundles.getBundle(BUNDLE))
        : Optional.empty();
  }

  /** What an engine is told so that only this service's certificate is accepted. */
  public static SSLParameters expecting(String service) {
    var parameters = new SSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setServerNames(List.of(name(service)));
    return parameters;
  }

  /** Trust in the authority of a PEM file and in nobody else, read once and here. */
  public static TrustManagerFactory trustIn(Path ca) {
    var store = PemSslStore.load(PemSslStoreDetails.forCertificate("file:" + ca));
    return SslBundle.of(new PemSslStoreBundle(null, store)).getManagers().getTrustManagerFactory();
  }

  static SNIServerName name(String service) {
    return new SNIHostName(service);
  }
}
