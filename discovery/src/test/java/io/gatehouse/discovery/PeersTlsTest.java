package io.gatehouse.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.netflix.appinfo.DataCenterInfo;
import com.netflix.appinfo.InstanceInfo;
import com.netflix.appinfo.LeaseInfo;
import com.netflix.eureka.registry.PeerAwareInstanceRegistry;
import io.gatehouse.testing.StrangeServer;
import io.gatehouse.testing.TestCertificates;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Registries that trust the platform's authority, and nobody else. */
class PeersTlsTest {
  private static final TestCertificates AUTHORITY = new TestCertificates();

  private final Registry first = new Registry("https://localhost");
  private final Registry second = new Registry("https://localhost");

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  @Test
  void peers_copyAndTell_overTls() {
    first.startAndAwaitReady(second, encrypted("gatehouse.discovery.copy-within=0s"));
    register(first, "greeter:1");
    second.startAndAwaitReady(first, encrypted("gatehouse.discovery.copy-within=10m"));
    assertThat(knows(second, "greeter:1")).isTrue();

    register(second, "greeter:2");

    await().until(() -> knows(first, "greeter:2"));
  }

  @Test
  void stranger_isToldNothing_notEvenTheCredentials() {
    try (var stranger = new StrangeServer(new TestCertificates().server("localhost"))) {
      var peer = "gatehouse.discovery.peers=https://localhost:%d/eureka/";
      first.startWith(
          List.of(
              encrypted("gatehouse.discovery.copy-within=0s", peer.formatted(stranger.port()))));
      register(first, "greeter:1");

      await().until(() -> stranger.turnedAway() > 3);
      assertThat(stranger.talkedTo()).isZero();
    }
  }

  private static String[] encrypted(String... properties) {
    var all = new String[properties.length + 2];
    System.arraycopy(properties, 0, all, 0, properties.length);
    all[properties.length] = "spring.profiles.active=internal-tls";
    all[properties.length + 1] = "GATEHOUSE_INTERNAL_TLS=" + AUTHORITY.issue("localhost").path();
    return all;
  }

  private static void register(Registry registry, String id) {
    var instance =
        InstanceInfo.Builder.newBuilder()
            .setInstanceId(id)
            .setAppName("GREETER")
            .setHostName("10.0.0.9")
            .setIPAddr("10.0.0.9")
            .setVIPAddress("greeter")
            .setPort(8082)
            .setStatus(InstanceInfo.InstanceStatus.UP)
            .setLeaseInfo(LeaseInfo.Builder.newBuilder().setDurationInSecs(15).build())
            .setDataCenterInfo(() -> DataCenterInfo.Name.MyOwn)
            .build();
    registry.bean(PeerAwareInstanceRegistry.class).register(instance, false);
  }

  private static boolean knows(Registry registry, String id) {
    return registry.bean(PeerAwareInstanceRegistry.class).getInstanceByAppAndId("GREETER", id)
        != null;
  }
}
