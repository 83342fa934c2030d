package io.gatehouse.discovery;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.discovery.EurekaClient;
import com.netflix.discovery.EurekaClientConfig;
import com.netflix.discovery.shared.resolver.DefaultEndpoint;
import com.netflix.eureka.EurekaServerConfig;
import com.netflix.eureka.cluster.HttpReplicationClient;
import com.netflix.eureka.cluster.PeerEurekaNode;
import com.netflix.eureka.registry.PeerAwareInstanceRegistry;
import com.netflix.eureka.resources.ServerCodecs;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.cloud.netflix.eureka.EurekaClientConfigBean;
import org.springframework.cloud.netflix.eureka.TimeoutProperties;
import org.springframework.cloud.netflix.eureka.http.DefaultEurekaClientHttpRequestFactorySupplier;
import org.springframework.cloud.netflix.eureka.http.RestClientDiscoveryClientOptionalArgs;
import org.springframework.cloud.netflix.eureka.http.RestClientEurekaHttpClient;
import org.springframework.cloud.netflix.eureka.http.RestClientTransportClientFactories;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;

/**
 * How a registry reads its peer and tells it what it was told: as the services do, with the peers'
 * own credentials, what the services trust, and time limits. The library's Jersey client has none
 * of them.
 */
@Configuration(proxyBeanMethods = false)
class PeersConfiguration {
  private static final String BUNDLE = "internal";

  @Bean
  static PeerContact peerContact(RegistryPeers peers) {
    return new PeerContact(peers.patience(), System::nanoTime);
  }

  @Bean
  @ConfigurationProperties("eureka.server")
  EurekaServerConfig eurekaServerConfig(
      RegistryPeers peers, PeerContact contact, ObjectProvider<EurekaClient> reader) {
    return new PeeredServerConfig(peers, contact, reader);
  }

  @Bean
  @ConfigurationProperties("eureka.client.timeout")
  TimeoutProperties peerTimeouts() {
    return new TimeoutProperties();
  }

  @Bean
  RestClientDiscoveryClientOptionalArgs peerReader(
      TimeoutProperties peerTimeouts, ObjectProvider<SslBundles> bundles) {
    var args =
        new RestClientDiscoveryClientOptionalArgs(
            new DefaultEurekaClientHttpRequestFactorySupplier(peerTimeouts, Set.of()),
            RestClient::builder);
    trust(bundles).ifPresent(args::setSSLContext);
    return args;
  }

  @Bean
  RestClientTransportClientFactories peerReaderTransport(
      RestClientDiscoveryClientOptionalArgs args) {
    return new RestClientTransportClientFactories(args);
  }

  @Bean
  static BeanPostProcessor peerIsRead(ObjectProvider<RegistryPeers> peers) {
    return new PeerIsRead(peers);
  }

  @Bean
  PeerNodes peerEurekaNodes(
      PeerAwareInstanceRegistry registry,
      EurekaServerConfig server,
      EurekaClientConfig client,
      ServerCodecs codecs,
      ApplicationInfoManager self,
      RegistryPeers peers,
      RestClientTransportClientFactories transport,
      RestClientDiscoveryClientOptionalArgs args) {
    var factory =
        transport.newTransportClientFactory(
            client, null, self.getInfo(), args.getSSLContext(), args.getHostnameVerifier());
    return new PeerNodes(
        registry,
        server,
        client,
        codecs,
        self,
        peers.other(),
        url -> {
          var plain = factory.newClient(new DefaultEndpoint(withCredentials(url, peers)));
          return client(((RestClientEurekaHttpClient) plain).getRestClient(), codecs);
        });
  }

  private static HttpReplicationClient client(RestClient http, ServerCodecs codecs) {
    var marked = http.mutate().defaultHeader(PeerEurekaNode.HEADER_REPLICATION, "true").build();
    return new PeerClient(marked, codecs.getFullJsonCodec());
  }

  private static Optional<SSLContext> trust(ObjectProvider<SslBundles> bundles) {
    return Optional.ofNullable(bundles.getIfAvailable())
        .filter(known -> known.getBundleNames().contains(BUNDLE))
        .map(known -> known.getBundle(BUNDLE).createSslContext());
  }

  private static String withCredentials(String url, RegistryPeers peers) {
    var shown =
        RegistryPeers.USER
            + ":"
            + URLEncoder.encode(peers.peerPassword(), StandardCharsets.UTF_8).replace("+", "%20");
    return url.replaceFirst("://", "://" + shown + "@");
  }

  /** The library's own client reads the peer's registry, if there is a peer. */
  private record PeerIsRead(ObjectProvider<RegistryPeers> peers) implements BeanPostProcessor {
    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
      if (bean instanceof EurekaClientConfigBean client) {
        var known = peers.getObject();
        known
            .other()
            .ifPresent(
                url -> {
                  client.setFetchRegistry(true);
                  client.setServiceUrl(
                      new HashMap<>(
                          Map.of(
                              EurekaClientConfigBean.DEFAULT_ZONE, withCredentials(url, known))));
                });
      }
      return bean;
    }
  }
}
