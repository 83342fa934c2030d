package io.gatehouse.defaults.tokens;

import static com.netflix.appinfo.InstanceInfo.InstanceStatus.OUT_OF_SERVICE;
import static com.netflix.appinfo.InstanceInfo.InstanceStatus.STARTING;
import static com.netflix.appinfo.InstanceInfo.InstanceStatus.UP;
import static org.assertj.core.api.Assertions.assertThat;

import com.netflix.appinfo.ApplicationInfoManager;
import com.netflix.appinfo.InstanceInfo;
import io.gatehouse.testing.TestTokens;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.cloud.netflix.eureka.EurekaInstanceConfigBean;
import reactor.core.publisher.Mono;

/** No request reaches an instance that could not check its token. */
class KeysReadinessTest {
  private final AtomicReference<String> issuer = new AtomicReference<>("{\"keys\":[]}");
  private final SigningKeys keys =
      new SigningKeys(Mono.fromSupplier(issuer::get), Clock.systemUTC());
  private final KeysReadiness readiness = new KeysReadiness(keys);
  private final ApplicationInfoManager instance =
      new ApplicationInfoManager(
          new EurekaInstanceConfigBean(new InetUtils(new InetUtilsProperties())),
          InstanceInfo.Builder.newBuilder().setAppName("a").setStatus(STARTING).build(),
          null);

  KeysReadinessTest() {
    readiness.announceTo(instance);
  }

  @Test
  void service_isStarting_untilItHasKeys() {
    keys.refresh().block();

    assertThat(readiness.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
    assertThat(readiness.getStatus(UP)).isEqualTo(STARTING);
    assertThat(instance.getInfo().getStatus()).isEqualTo(STARTING);
  }

  @Test
  void service_isUpInTheRegistry_asSoonAsItHasKeys() {
    loadKeys();

    assertThat(readiness.health().getStatus()).isEqualTo(Status.UP);
    assertThat(instance.getInfo().getStatus()).isEqualTo(UP);
  }

  @Test
  void service_staysUp_whenTheIssuerIsGone() {
    loadKeys();
    issuer.set("{\"keys\":[]}");
    keys.refresh().block();

    assertThat(readiness.getStatus(UP)).isEqualTo(UP);
  }

  @Test
  void stoppingService_staysOut_whenKeysChange() {
    instance.setInstanceStatus(OUT_OF_SERVICE);
    loadKeys();

    assertThat(instance.getInfo().getStatus()).isEqualTo(OUT_OF_SERVICE);
    assertThat(readiness.getStatus(OUT_OF_SERVICE)).isEqualTo(OUT_OF_SERVICE);
  }

  private void loadKeys() {
    issuer.set(new TestTokens().jwks());
    keys.refresh().block();
  }
}
