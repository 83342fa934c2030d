package io.gatehouse.discovery;

import com.netflix.appinfo.InstanceInfo;
import com.netflix.discovery.EurekaClient;
import com.netflix.discovery.shared.Applications;
import com.netflix.eureka.registry.PeerAwareInstanceRegistry;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Whether the two registries know the same; one alone agrees with itself. */
@Component
class PeerMeters implements MeterBinder {
  private final RegistryPeers peers;
  private final PeerContact contact;
  private final PeerAwareInstanceRegistry registry;
  private final EurekaClient reader;

  PeerMeters(
      RegistryPeers peers,
      PeerContact contact,
      PeerAwareInstanceRegistry registry,
      EurekaClient reader) {
    this.peers = peers;
    this.contact = contact;
    this.registry = registry;
    this.reader = reader;
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    Gauge.builder("registry.peer.silent", this, PeerMeters::silent)
        .description("1 while the other registry is not heard")
        .register(meters);
    Gauge.builder("registry.peer.difference", this, PeerMeters::difference)
        .description("instances, with their states, that only one of the two registries knows")
        .register(meters);
  }

  private double silent() {
    return peers.other().isPresent() && contact.isSilent() ? 1 : 0;
  }

  private double difference() {
    if (peers.other().isEmpty()) {
      return 0;
    }
    var here = states(registry.getApplicationsFromLocalRegionOnly());
    var there = states(reader.getApplications());
    var both = new HashSet<>(here);
    both.retainAll(there);
    return here.size() + there.size() - 2.0 * both.size();
  }

  private static Set<String> states(Applications applications) {
    return applications.getRegisteredApplications().stream()
        .flatMap(application -> application.getInstancesAsIsFromEureka().stream())
        .map(PeerMeters::state)
        .collect(Collectors.toSet());
  }

  private static String state(InstanceInfo instance) {
    return instance.getId() + " " + instance.getStatus();
  }
}
