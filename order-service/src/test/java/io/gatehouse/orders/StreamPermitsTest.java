package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.StreamPermits;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** As many streams as the settings say, for one subject and for all. */
class StreamPermitsTest {

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(StreamProperties.class)
  @Import(StreamConfiguration.class)
  static class Permits {}

  @Test
  void permits_areThoseOfTheSettings_andComeBackOnceWhenClosed() {
    started(Map.of("GATEHOUSE_STREAMS_PER_USER", "2", "GATEHOUSE_STREAMS_PER_INSTANCE", "3"))
        .run(
            context -> {
              var permits = context.getBean(StreamPermits.class);
              var first = permits.acquire("ada");
              permits.acquire("ada");
              isRefused(permits, "ada", 429);
              permits.acquire("bob");
              isRefused(permits, "cy", 503);

              first.close();
              first.close();

              permits.acquire("ada");
              isRefused(permits, "ada", 429);
              isRefused(permits, "cy", 503);
            });
  }

  @Test
  void user_mayHoldTwenty_byDefault() {
    started(Map.of())
        .run(
            context -> {
              var permits = context.getBean(StreamPermits.class);
              IntStream.range(0, 20).forEach(_ -> permits.acquire("ada"));
              isRefused(permits, "ada", 429);
            });
  }

  @ParameterizedTest
  @CsvSource({
    "GATEHOUSE_STREAMS_PER_USER, 0, per-user",
    "GATEHOUSE_STREAMS_PER_USER, many, per-user",
    "GATEHOUSE_STREAMS_PER_INSTANCE, -1, per-instance",
    "GATEHOUSE_STREAMS_HEART_BEAT, 0s, heart-beat"
  })
  void start_isStopped_namingTheKey_whenASettingCannotBeObeyed(
      String variable, String value, String key) {
    started(Map.of(variable, value))
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .hasStackTraceContaining("gatehouse.streams")
                    .satisfies(
                        failure ->
                            assertThat(failure)
                                .satisfiesAnyOf(
                                    f -> assertThat(f).hasStackTraceContaining(key),
                                    f -> assertThat(f).hasStackTraceContaining(camelCase(key)))));
  }

  private static String camelCase(String key) {
    var dash = key.indexOf('-');
    return key.substring(0, dash)
        + Character.toUpperCase(key.charAt(dash + 1))
        + key.substring(dash + 2);
  }

  private static ApplicationContextRunner started(Map<String, Object> environment) {
    return new ApplicationContextRunner()
        .withUserConfiguration(Permits.class)
        .withInitializer(
            context ->
                context
                    .getEnvironment()
                    .getPropertySources()
                    .addFirst(
                        new SystemEnvironmentPropertySource("systemEnvironment", environment)));
  }

  private static void isRefused(StreamPermits permits, String subject, int status) {
    assertThatThrownBy(() -> permits.acquire(subject))
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal -> {
              assertThat(refusal.status()).isEqualTo(status);
              assertThat(refusal.headers()).containsKey("Retry-After");
            });
  }
}
