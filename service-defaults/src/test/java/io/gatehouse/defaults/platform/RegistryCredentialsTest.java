package io.gatehouse.defaults.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.netflix.eureka.EurekaClientConfigBean;
import org.springframework.mock.env.MockEnvironment;

class RegistryCredentialsTest {

  @Test
  void eachRegistry_isShownThem() {
    assertThat(told("http://one:8761/eureka/, https://two:8761/eureka"))
        .containsExactly(
            "http://gatehouse:%2B@one:8761/eureka/", "https://gatehouse:%2B@two:8761/eureka/");
  }

  @Test
  void addressWithItsOwn_keepsThem() {
    assertThat(told("http://a:b@one:8761/eureka/,http://two:8761/eureka/"))
        .containsExactly("http://a:b@one:8761/eureka/", "http://gatehouse:%2B@two:8761/eureka/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "one:8761",
        "http://one:8761/eureka/,",
        "http://one:8761/eureka/ http://two:8761/eureka/",
        "ftp://one/eureka/"
      })
  void whatIsNoAddress_stopsTheStart(String addresses) {
    assertThatThrownBy(() -> told(addresses)).hasMessageContaining("GATEHOUSE_DISCOVERY_URL");
  }

  private static List<String> told(String addresses) {
    var client = new EurekaClientConfigBean();
    client.setServiceUrl(Map.of(EurekaClientConfigBean.DEFAULT_ZONE, addresses));
    var environment = new MockEnvironment().withProperty("gatehouse.discovery.password", "+");
    new RegistryCredentials(environment).postProcessAfterInitialization(client, "client");
    return client.getEurekaServerServiceUrls(EurekaClientConfigBean.DEFAULT_ZONE);
  }
}
