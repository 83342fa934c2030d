package io.gatehouse.auth.web;

import org.springframework.session.config.SessionRepositoryCustomizer;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.stereotype.Component;

/**
 * That a browser was here is written once a minute, not with every request: each write is a flush
 * of the database's log, and a session of half an hour ends a minute sooner at most. Whatever else
 * changes of a session is written at once.
 */
@Component
class SessionTouches implements SessionRepositoryCustomizer<JdbcIndexedSessionRepository> {
  /** The parameters are Spring's, in its order. */
  private static final String UPDATE =
      """
      update spring_session as stored set session_id = given.session_id,
        last_access_time = given.last_access_time,
        max_inactive_interval = given.max_inactive_interval,
        expiry_time = given.expiry_time, principal_name = given.principal_name
      from (select ?::char(36), ?::bigint, ?::int, ?::bigint, ?::text, ?::char(36)) as given (
        session_id, last_access_time, max_inactive_interval, expiry_time, principal_name,
        primary_id)
      where stored.primary_id = given.primary_id
        and (given.last_access_time >= stored.last_access_time + 60000
          or (stored.session_id, stored.max_inactive_interval, stored.principal_name)
            is distinct from (given.session_id, given.max_inactive_interval, given.principal_name))
      """;

  @Override
  public void customize(JdbcIndexedSessionRepository sessions) {
    sessions.setUpdateSessionQuery(UPDATE);
  }
}
