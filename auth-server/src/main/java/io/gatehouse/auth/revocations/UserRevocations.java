package io.gatehouse.auth.revocations;

import io.gatehouse.auth.users.UserService;
import io.gatehouse.auth.users.UserService.Revoked;
import io.gatehouse.auth.users.UserServiceUnavailable;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Follows user-service's revocation set: what it ends reaches our own set, the families it hits and
 * the user's browsers. One request at a time; each run waits for the one before.
 *
 * <p>All of it may be done twice and nothing is left half done: an entry counts as known when
 * everything it ends has ended, and the checkpoint from which a restarted instance goes on moves
 * only past such entries.
 */
@Component
class UserRevocations {
  private static final Logger log = LoggerFactory.getLogger(UserRevocations.class);

  /** Longer than any transaction that adds an entry may take; see docs/between-services.md. */
  private static final Duration OVERLAP = Duration.ofSeconds(30);

  /** How much a restarted instance may have to do again. */
  private static final Duration CHECKPOINT_EVERY = Duration.ofSeconds(10);

  private final UserService users;
  private final Revocations revocations;
  private final WebSessions sessions;
  private final JdbcClient jdbc;
  private @Nullable Instant complete;
  private @Nullable Instant checkpoint;
  private Set<Revoked> adopted = Set.of();
  private boolean away;

  UserRevocations(
      UserService users, Revocations revocations, WebSessions sessions, JdbcClient jdbc) {
    this.users = users;
    this.revocations = revocations;
    this.sessions = sessions;
    this.jdbc = jdbc;
  }

  @Scheduled(fixedDelayString = "${gatehouse.user-revocations-poll:200ms}")
  void follow() {
    try {
      if (complete == null) {
        complete = checkpoint = lastCheckpoint();
      }
      var set = users.revocations(complete == null ? null : complete.minus(OVERLAP));
      set.entries().stream().filter(entry -> !adopted.contains(entry)).forEach(this::adopt);
      adopted = Set.copyOf(set.entries());
      complete = set.asOf();
      if (checkpoint == null || complete.isAfter(checkpoint.plus(CHECKPOINT_EVERY))) {
        keep(complete);
        checkpoint = complete;
      }
      if (away) {
        log.info("user-service's revocations are followed again");
      }
      away = false;
    } catch (UserServiceUnavailable | DataAccessException | TransactionException unavailable) {
      if (!away) {
        log.warn("user-service's revocations cannot be followed: {}", unavailable.toString());
      }
      away = true;
    }
  }

  /**
   * The browser of {@code exceptSid} is signed out, too: its family goes on, but grants no more.
   */
  private void adopt(Revoked entry) {
    revocations.adopt(entry);
    if (entry.kind().equals("sub") && entry.endsSignIns()) {
      sessions.end(entry.value(), entry.at());
    }
  }

  private @Nullable Instant lastCheckpoint() {
    return jdbc.sql("select complete from followed where source = 'user-service'")
        .query((row, _) -> row.getTimestamp(1).toInstant())
        .optional()
        .orElse(null);
  }

  private void keep(Instant position) {
    jdbc.sql(
            """
            insert into followed (source, complete) values ('user-service', :position)
            on conflict (source)
              do update set complete = greatest(followed.complete, excluded.complete)
            """)
        .param("position", Timestamp.from(position))
        .update();
  }
}
