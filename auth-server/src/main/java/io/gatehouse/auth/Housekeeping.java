package io.gatehouse.auth;

import io.gatehouse.auth.revocations.Revocations;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;

/** Removes what has expired, a bounded number of rows at a time. Any instance may do it. */
@Configuration(proxyBeanMethods = false)
class Housekeeping {
  private static final int BATCH = 1_000;

  private final JdbcClient jdbc;
  private final Revocations revocations;
  private final JdbcIndexedSessionRepository sessions;

  Housekeeping(JdbcClient jdbc, Revocations revocations, JdbcIndexedSessionRepository sessions) {
    this.jdbc = jdbc;
    this.revocations = revocations;
    this.sessions = sessions;
  }

  /** Threads of its own for each chore: a slow one must not hold up the revocations' poll. */
  @Bean
  static ThreadPoolTaskScheduler taskScheduler() {
    var scheduler = new ThreadPoolTaskScheduler();
    scheduler.setPoolSize(3);
    scheduler.setThreadNamePrefix("chore-");
    scheduler.setDaemon(true);
    return scheduler;
  }

  @Scheduled(initialDelayString = "60s", fixedDelayString = "${gatehouse.housekeeping:60s}")
  void removeExpired() {
    try {
      revocations.forgetExpired();
      sessions.cleanUpExpiredSessions();
      jdbc.sql("delete from answered_challenge where until < now()").update();
      int removed;
      do {
        removed =
            jdbc.sql(
                    """
                    delete from token_family where id in
                      (select id from token_family where expires_at < now() limit :batch)
                    """)
                .param("batch", BATCH)
                .update();
      } while (removed == BATCH);
    } catch (DataAccessException databaseAway) {
      // Nothing is lost: the next run removes it.
    }
  }
}
