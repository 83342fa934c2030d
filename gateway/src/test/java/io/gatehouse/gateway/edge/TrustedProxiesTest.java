package io.gatehouse.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.1.2.3, true",
    "10.0.0.0/8, 11.1.2.3, false",
    "192.0.2.128/25, 192.0.2.127, false",
    "192.0.2.128/25, 192.0.2.128, true",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.8, false",
    "0.0.0.0/0, 192.0.2.7, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false",
    "::1, ::1, true",
    "' 10.0.0.0/8 ', 10.1.2.3, true"
  })
  void range_holdsItsAddresses_andNoOther(String range, String address, boolean held) {
    assertThat(proxies(range).contains(InetAddress.ofLiteral(address))).isEqualTo(held);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/",
        "10.0.0.0/8/8",
        "10.0.0.0/x",
        "2001:db8::/129",
        "proxy.example.com",
        "10.0.0",
        "",
        "*"
      })
  void range_stopsTheStart_whenItIsNone(String range) {
    assertThatThrownBy(() -> proxies(range))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "gatehouse.trusted-proxies must be CIDR ranges such as 10.0.0.0/8, not " + range);
  }

  private static TrustedProxies proxies(String range) {
    return new TrustedProxies(new TrustProperties(List.of(range), List.of()));
  }
}
