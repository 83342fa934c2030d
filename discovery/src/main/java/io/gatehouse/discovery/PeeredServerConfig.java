package io.gatehouse.discovery;

import com.netflix.discovery.DiscoveryClient;
import com.netflix.discovery.EurekaClient;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.netflix.eureka.server.EurekaServerConfigBean;

/**
 * The server's settings, of which two follow the peer: the library asks for them again each time.
 */
class PeeredServerConfig extends EurekaServerConfigBean {
  /** Of more than all instances: none may be taken out. */
  private static final double NONE_EXPIRES = 2;

  private final RegistryPeers peers;
  private final PeerContact contact;
  private final ObjectProvider<EurekaClient> reader;
  private long copyUntil;
  private boolean answered;

  PeeredServerConfig(
      RegistryPeers peers, PeerContact contact, ObjectProvider<EurekaClient> reader) {
    this.peers = peers;
    this.contact = contact;
    this.reader = reader;
  }

  /** The share of instances below which expiry must not go. */
  @Override
  public double getRenewalPercentThreshold() {
    return peers.other().isPresent() && contact.mayKnowBetter()
        ? NONE_EXPIRES
        : super.getRenewalPercentThreshold();
  }

  /**
   * A start goes on asking the peer for its instances until it has some, until it answered that it
   * has none, or until its time is over.
   */
  @Override
  public synchronized int getRegistrySyncRetries() {
    var now = System.nanoTime();
    if (copyUntil == 0) {
      copyUntil = now + peers.copyWithin().toNanos();
    }
    if (peers.other().isEmpty() || answered || now - copyUntil > 0) {
      return 0;
    }
    answered = hasAnswered(); // Then what it answered is looked at once more.
    return Integer.MAX_VALUE;
  }

  private boolean hasAnswered() {
    return reader.getIfAvailable() instanceof DiscoveryClient client
        && client.getLastSuccessfulRegistryFetchTimePeriod() >= 0;
  }
}
