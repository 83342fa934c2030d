package io.gatehouse.store;

import io.gatehouse.defaults.platform.DatabaseHosts;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Which replicas of the database are read.
 *
 * @param readHosts where replicas are, as in {@code a,b} or {@code a:5432,b:5433}, or one name for
 *     all: lists and orders in time are read there, never older than what was acknowledged before;
 *     none: all is read from the primary
 * @param readPatience how long a read waits for a replica that is behind, before it goes to the
 *     primary
 */
@Validated
@ConfigurationProperties("gatehouse.db")
record ReplicaProperties(
    @Nullable String readHosts, @NotNull @DefaultValue("50ms") Duration readPatience) {

  ReplicaProperties {
    var _ = hosts(readHosts, 5432);
  }

  /** Empty when there are none. */
  Optional<DatabaseHosts> hosts(int port) {
    return hosts(readHosts, port);
  }

  private static Optional<DatabaseHosts> hosts(@Nullable String setting, int port) {
    return setting == null || setting.isBlank()
        ? Optional.empty()
        : Optional.of(
            DatabaseHosts.of("gatehouse.db.read-hosts (GATEHOUSE_DB_READ_HOSTS)", setting, port));
  }
}
