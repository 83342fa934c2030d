package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What has expired goes, and nothing else; and every query of the hot path has its index. */
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

  @Test
  void hotQueries_useTheirIndexes() {
    jdbc.sql(
            """
            insert into revocation (kind, value, at, until, added_at)
            select 'jti', 'j' || n, now(), now() + interval '1 h', now() - n * interval '1 s'
            from generate_series(1, 20000) n
            """)
        .update();
    jdbc.sql("analyze revocation").update();

    assertThat(plan("select * from revocation where added_at >= now() - interval '30 s'"))
        .contains("revocation_added");
    assertThat(plan("select 1 from revocation where kind = 'jti' and value = 'j7'"))
        .contains("revocation_pkey");
    jdbc.sql("delete from revocation where value like 'j%'").update();
  }

  private String plan(String query) {
    return String.join("\n", jdbc.sql("explain " + query).query(String.class).list());
  }
}
