package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What has expired goes, and nothing else. */
class HousekeepingTest extends AuthServerTest {
  @Autowired Housekeeping housekeeping;

  @Test
  void removeExpired_takesExpiredFamiliesAndRevocations_only() {
    var expired = tokens(USERS.account("USER"));
    var live = tokens(USERS.account("USER"));
    jdbc.sql("update token_family set expires_at = now() - interval '1 s' where sid::text = :sid")
        .param("sid", expired.sid())
        .update();
    jdbc.sql(
            """
            insert into revocation (kind, value, at, until) values
              ('jti', 'gone', now(), now() - interval '1 s'),
              ('jti', 'stays', now(), now() + interval '1 h')
            """)
        .update();

    housekeeping.removeExpired();

    assertThat(jdbc.sql("select sid::text from token_family").query(String.class).list())
        .contains(live.sid())
        .doesNotContain(expired.sid());
    assertThat(jdbc.sql("select value from revocation").query(String.class).list())
        .contains("stays")
        .doesNotContain("gone");
    assertRefused(refresh(expired.refresh()), 400, "invalid_grant");
  }
}
