package io.gatehouse.defaults.platform;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressKeyTest {

  @ParameterizedTest
  @CsvSource({
    "203.0.113.7, 203.0.113.7",
    "2001:db8:7:1::1, 20010db800070001/64",
    "2001:0DB8:7:1:ffff:ffff:ffff:ffff, 20010db800070001/64",
    "2001:db8:7:2::1, 20010db800070002/64",
    "fe80::1%eth0, fe80000000000000/64",
    "::ffff:203.0.113.7, 203.0.113.7",
  })
  void address_countsAsItsSubscriber(String address, String key) {
    assertThat(AddressKey.of(address)).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":", "foo:bar", "%", ":%", "[::1]:80", "018f4c1e-0000-7000-8000-000000000001"})
  void anythingElse_countsAsItself(String text) {
    assertThat(AddressKey.of(text)).isEqualTo(text);
  }
}
