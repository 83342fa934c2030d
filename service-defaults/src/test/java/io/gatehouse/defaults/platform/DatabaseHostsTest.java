package io.gatehouse.defaults.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseHostsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a | a:5432",
        "10.0.0.7 | 10.0.0.7:5432",
        "a,b | a:5432,b:5432",
        "a, b:5433 | a:5432,b:5433",
        "db_1.shop.internal:6000,db-2:6000 | db_1.shop.internal:6000,db-2:6000",
        "localhost:1,localhost:2 | localhost:1,localhost:2",
        "[::1],[fe80::1]:7000 | [::1]:5432,[fe80::1]:7000"
      })
  void setting_isReadAsItsServers(String setting, String servers) {
    var hosts = DatabaseHosts.of(setting, 5432);

    assertThat(hosts).hasToString(servers);
    assertThat(hosts.several()).isEqualTo(servers.contains(","));
    assertThat(hosts.jdbcOptions().contains("targetServerType=primary"))
        .isEqualTo(servers.contains(","));
    assertThat(hosts.all()).allSatisfy(host -> assertThat(host.name()).doesNotContain("["));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ",",
        "a,",
        ",a",
        "a,,b",
        "a:",
        "a:0",
        "a:65536",
        "a:99999",
        "a:x",
        "a:1:2",
        "a b",
        "a,a",
        "a,a:5432",
        "a/b",
        "a?sslmode=disable",
        "a@b",
        "::1",
        "-a",
        "a-",
        "[::1",
        "a;b",
        "a\nb"
      })
  void setting_isRefusedByItsName_whenItIsMalformed(String setting) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DatabaseHosts.of(setting, 5432))
        .withMessageContaining("gatehouse.db.host (GATEHOUSE_DB_HOST) takes a host");
  }
}
