package io.gatehouse.discovery;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.discovery.EurekaClientConfig;
import com.netflix.eureka.EurekaServerConfig;
import com.netflix.eureka.cluster.HttpReplicationClient;
import com.netflix.eureka.cluster.PeerEurekaNode;
import com.netflix.eureka.cluster.PeerEurekaNodes;
import com.netflix.eureka.registry.PeerAwareInstanceRegistry;
import com.netflix.eureka.resources.ServerCodecs;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The peer of the configuration, if there is one. */
final class PeerNodes extends PeerEurekaNodes {
  private final Optional<String> peer;
  private final Function<String, HttpReplicationClient> clients;

  PeerNodes(
      PeerAwareInstanceRegistry registry,
      EurekaServerConfig server,
      EurekaClientConfig client,
      ServerCodecs codecs,
      ApplicationInfoManager self,
      Optional<String> peer,
      Function<String, HttpReplicationClient> clients) {
    super(registry, server, client, codecs, self);
    this.peer = peer;
    this.clients = clients;
  }

  @Override
  protected List<String> resolvePeerUrls() {
    return peer.stream().toList();
  }

  /** The library warns of an empty list every ten minutes. */
  @Override
  protected void updatePeerEurekaNodes(List<String> urls) {
    if (!urls.isEmpty()) {
      super.updatePeerEurekaNodes(urls);
    }
  }

  @Override
  protected PeerEurekaNode createPeerEurekaNode(String url) {
    return new PeerEurekaNode(
        registry, String.valueOf(hostFromUrl(url)), url, clients.apply(url), serverConfig);
  }
}
