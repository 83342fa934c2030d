package io.gatehouse.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryPeersTest {
  private static final String ONE = "http://discovery-0.peers:8761/eureka/";
  private static final String OTHER = "http://discovery-1.peers:8761/eureka/";

  @Test
  void noPeers_isOneRegistry() {
    assertThat(peers(List.of(), "", "").other()).isEmpty();
    assertThat(peers(List.of(""), "", "").other()).isEmpty();
  }

  @Test
  void otherIsTheOneThatIsNotSelf() {
    assertThat(peers(List.of(ONE, OTHER), "discovery-0", "secret").other()).hasValue(OTHER);
    assertThat(peers(List.of(ONE, OTHER), "discovery-1.peers", "secret").other()).hasValue(ONE);
    assertThat(peers(List.of(ONE), "discovery-0", "").other()).isEmpty();
    assertThat(peers(List.of(" http://discovery-1.peers:8761/eureka"), "", "secret").other())
        .hasValue(OTHER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "discovery-1:8761",
        "ftp://discovery-1/eureka/",
        "http://discovery-1:8761/",
        "http://a:b@discovery-1:8761/eureka/",
        "http://discovery 1:8761/eureka/"
      })
  void addressThatCannotBeOne_stopsTheStart(String url) {
    assertThatThrownBy(() -> peers(List.of(url), "", "secret"))
        .hasMessageContaining("GATEHOUSE_DISCOVERY_PEERS")
        .hasMessageNotContaining("a:b");
  }

  @Test
  void listWithoutSelf_stopsTheStart() {
    assertThatThrownBy(() -> peers(List.of(ONE, OTHER), "", "secret"))
        .hasMessageContaining("GATEHOUSE_DISCOVERY_SELF");
    assertThatThrownBy(() -> peers(List.of(ONE, OTHER), "discovery-2", "secret"))
        .hasMessageContaining("GATEHOUSE_DISCOVERY_SELF");
    assertThatThrownBy(() -> peers(List.of(ONE, OTHER), "discovery", "secret"))
        .hasMessageContaining("GATEHOUSE_DISCOVERY_SELF");
    assertThatThrownBy(() -> peers(List.of(), "discovery-0", "secret"))
        .hasMessageContaining("GATEHOUSE_DISCOVERY_SELF");
  }

  @Test
  void thirdPeer_stopsTheStart() {
    var three = List.of(ONE, OTHER, "http://x.peers:8761/eureka/");
    assertThatThrownBy(() -> peers(three, "discovery-0", "secret"))
        .hasMessageContaining("may name one other registry, not 2");
    assertThatThrownBy(() -> peers(List.of(ONE, ONE), "", "secret")).hasMessageContaining("twice");
  }

  @Test
  void peersWithoutAPassword_stopTheStart() {
    assertThatThrownBy(() -> peers(List.of(OTHER), "", ""))
        .hasMessageContaining("GATEHOUSE_DISCOVERY_PEER_PASSWORD");
  }

  @Test
  void password_isNotPrinted() {
    assertThat(peers(List.of(OTHER), "", "secret").toString()).doesNotContain("secret");
  }

  private static RegistryPeers peers(List<String> peers, String self, String password) {
    return new RegistryPeers(peers, self, password, Duration.ZERO, Duration.ZERO);
  }
}
