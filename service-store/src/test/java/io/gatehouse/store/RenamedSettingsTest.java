package io.gatehouse.store;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** A setting that once meant something is never ignored. */
class RenamedSettingsTest {

  @ParameterizedTest
  @CsvSource({
    "GATEHOUSE_DB_MAX_WAITING, gatehouse.db.waiting",
    "GATEHOUSE_DB_MAX_WAIT, gatehouse.db.acquire-timeout",
    "GATEHOUSE_DB_MAX_ANSWER, gatehouse.db.statement-timeout"
  })
  void oldName_stopsTheStart_andNamesTheNewOne(String variable, String now) {
    assertThatThrownBy(() -> new StoreAutoConfiguration(with(variable)))
        .hasMessageContaining(variable)
        .hasMessageEndingWith("use " + now);
  }

  @Test
  void newName_isTaken() {
    assertThatCode(() -> new StoreAutoConfiguration(with("GATEHOUSE_DB_WAITING")))
        .doesNotThrowAnyException();
  }

  private static StandardEnvironment with(String variable) {
    var environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                Map.of(variable, "7")));
    ConfigurationPropertySources.attach(environment);
    return environment;
  }
}
