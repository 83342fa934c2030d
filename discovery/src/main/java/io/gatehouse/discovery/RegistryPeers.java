package io.gatehouse.discovery;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The registries that tell each other what they are told, and how one speaks to the other. Two at
 * most: each watches the one other.
 *
 * @param peers {@code GATEHOUSE_DISCOVERY_PEERS}: addresses such as {@code
 *     http://discovery-0.discovery-peers:8761/eureka/}, of both or of the other alone; none means
 *     that this is the only one
 * @param self {@code GATEHOUSE_DISCOVERY_SELF}: the host, or its first label, of the one among them
 *     that this is
 * @param peerPassword {@code GATEHOUSE_DISCOVERY_PEER_PASSWORD}: what a peer shows besides; no
 *     service may know it, as who shows it may register anybody
 * @param copyWithin how long a start waits for a copy of the other's registry before it opens
 *     without
 * @param patience how long nothing expires while the other is not heard
 */
@ConfigurationProperties("gatehouse.discovery")
record RegistryPeers(
    @DefaultValue List<String> peers,
    @DefaultValue("") String self,
    @DefaultValue("") String peerPassword,
    @DefaultValue("10s") Duration copyWithin,
    @DefaultValue("90s") Duration patience) {

  /** The name that a peer shows with its password; no service may use it. */
  static final String USER = "peer";

  RegistryPeers {
    peers = peers.stream().filter(url -> !url.isBlank()).map(url -> checked(url.strip())).toList();
    if (peers.stream().distinct().count() < peers.size()) {
      throw wrong("peers (GATEHOUSE_DISCOVERY_PEERS) names one address twice");
    }
    var me = self.strip();
    self = me;
    var others = peers.stream().filter(url -> !isHost(url, me)).count();
    if (!me.isEmpty() && peers.size() - others != 1) {
      throw wrong(
          "self (GATEHOUSE_DISCOVERY_SELF) must be the host of one of peers"
              + " (GATEHOUSE_DISCOVERY_PEERS), which \""
              + me
              + "\" is not");
    }
    if (others > 1) {
      throw wrong(
          "peers (GATEHOUSE_DISCOVERY_PEERS) may name one other registry, not "
              + others
              + "; which of them this one is says GATEHOUSE_DISCOVERY_SELF");
    }
    if (others > 0 && peerPassword.isBlank()) {
      throw wrong("peer-password (GATEHOUSE_DISCOVERY_PEER_PASSWORD) must be set with peers");
    }
    if (copyWithin.isNegative() || patience.isNegative()) {
      throw wrong("copy-within and gatehouse.discovery.patience must not be negative");
    }
  }

  /** The other one's address, ending in a slash. */
  Optional<String> other() {
    return peers.stream().filter(url -> !isHost(url, self)).findFirst();
  }

  private static boolean isHost(String url, String name) {
    var host = URI.create(url).getHost();
    return !name.isEmpty() && (host.equals(name) || host.startsWith(name + "."));
  }

  private static String checked(String url) {
    var slashed = url.endsWith("/") ? url : url + "/";
    URI parsed;
    try {
      parsed = URI.create(slashed);
    } catch (IllegalArgumentException _) {
      parsed = URI.create("");
    }
    var isHttp = "http".equals(parsed.getScheme()) || "https".equals(parsed.getScheme());
    if (!isHttp
        || parsed.getHost() == null
        || parsed.getUserInfo() != null
        || !"/eureka/".equals(parsed.getPath())) {
      throw wrong(
          "peers (GATEHOUSE_DISCOVERY_PEERS) must be addresses such as http://discovery-0.discovery-peers:8761/eureka/,"
              + " without a password");
    }
    return slashed;
  }

  private static IllegalArgumentException wrong(String sentence) {
    return new IllegalArgumentException("gatehouse.discovery." + sentence);
  }

  @Override
  public String toString() {
    return "RegistryPeers[peers=" + peers + ", self=" + self + ", peerPassword=hidden]";
  }
}
