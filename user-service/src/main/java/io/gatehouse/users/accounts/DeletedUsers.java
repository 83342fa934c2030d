package io.gatehouse.users.accounts;

import io.gatehouse.defaults.platform.SecurityEvents.Actor;
import io.gatehouse.users.accounts.UnitOfWork.Demand;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;

/**
 * Deletes again, before this instance is ready, whom the configuration names: a restore to an
 * earlier moment brings back everybody who was deleted after it. Doing so twice does no harm.
 */
@Component
class DeletedUsers implements ApplicationRunner {
  private static final Logger log = LoggerFactory.getLogger(DeletedUsers.class);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final UnitOfWork unitOfWork;
  private final UserProperties properties;

  DeletedUsers(UnitOfWork unitOfWork, UserProperties properties) {
    this.unitOfWork = unitOfWork;
    this.properties = properties;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    var named = properties.deletedUsers();
    if (named.isEmpty()) {
      return;
    }
    var deleted =
        StartUpWork.await(
            Flux.fromIterable(named)
                .concatMap(id -> unitOfWork.delete(id, Demand.NONE, actor(id)))
                .count(),
            PATIENCE);
    log.info("deleted again {} of the {} users in GATEHOUSE_DELETED_USERS", deleted, named.size());
  }

  private static Actor actor(UUID id) {
    return new Actor(id.toString(), "user-service", null, null);
  }
}
