package io.gatehouse.auth.clients;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import io.gatehouse.auth.revocations.Revocations;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.Preconditions;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The clients that ADMIN registers while the platform runs. What is taken away from a client is
 * taken from its tokens in the same transaction.
 */
@Component
public class ManagedClients {
  private static final int MAX_CLIENTS = 1_000;

  private final ClientStore store;
  private final ClientSecrets secrets;
  private final Revocations revocations;
  private final TransactionTemplate transaction;
  private final SecretProperties properties;
  private final Clock clock;
  private final TimeBasedEpochGenerator ids = Generators.timeBasedEpochGenerator();

  ManagedClients(
      ClientStore store,
      ClientSecrets secrets,
      Revocations revocations,
      TransactionTemplate transaction,
      SecretProperties properties,
      Clock clock) {
    this.store = store;
    this.secrets = secrets;
    this.revocations = revocations;
    this.transaction = transaction;
    this.properties = properties;
    this.clock = clock;
  }

  /** A client with its new secret, which is known now and never again; null for a public one. */
  public record Registered(StoredClient client, @Nullable String secret) {
    @Override
    public String toString() {
      return "Registered[" + client.id() + "]";
    }
  }

  /** All clients by id, those of configuration too, behind the given one. */
  public List<StoredClient> page(String after, int limit) {
    return store.page(after, limit);
  }

  public Optional<StoredClient> find(String id) {
    return store.find(id);
  }

  /**
   * Registers a client.
   *
   * @throws ApiException CLIENT_LIMIT_REACHED when there are a thousand
   */
  public Registered register(ClientDetails details) {
    var id = ids.generate().toString();
    var secret = details.isPublic() ? null : secrets.generate();
    return inTransaction(
        () -> {
          if (store.countManaged() >= MAX_CLIENTS) {
            throw ApiException.refused(
                "CLIENT_LIMIT_REACHED",
                "There are " + MAX_CLIENTS + " clients already; delete one that is not used");
          }
          store.insert(id, details, secret == null ? null : secrets.mac(secret));
          return new Registered(store.find(id).orElseThrow(), secret);
        });
  }

  /**
   * Changes a client. Where it may do less than before, its access tokens end; what it renews from
   * then on says what it may do.
   *
   * @throws ApiException NOT_FOUND, CONFLICT for a client of configuration, VERSION_MISMATCH,
   *     VALIDATION_ERROR when it would become public or would be so no more
   */
  public StoredClient change(String id, ClientDetails details, Preconditions conditions) {
    return inTransaction(
        () -> {
          var before = locked(id, conditions);
          if (before.details().isPublic() != details.isPublic()) {
            throw ApiException.invalid(
                "public", "cannot be changed: register another client and delete this one");
          }
          store.update(id, details);
          if (details.takesAwayFrom(before.details())) {
            revocations.revokeTokensOfClient(id);
          }
          return store.find(id).orElseThrow();
        });
  }

  /**
   * Gives a client a new secret; the one before works for the overlap.
   *
   * @throws ApiException NOT_FOUND, CONFLICT, VERSION_MISMATCH, CLIENT_IS_PUBLIC
   */
  public Registered renewSecret(String id, Preconditions conditions) {
    var secret = secrets.generate();
    return inTransaction(
        () -> {
          if (locked(id, conditions).details().isPublic()) {
            throw ApiException.refused("CLIENT_IS_PUBLIC", "A public client has no secret");
          }
          store.replaceSecret(
              id, secrets.mac(secret), clock.instant().plus(properties.clientSecretOverlap()));
          return new Registered(store.find(id).orElseThrow(), secret);
        });
  }

  /**
   * Deletes a client. It is unknown and its tokens end from now on, however many sign-ins it has;
   * those are removed afterwards.
   *
   * @throws ApiException NOT_FOUND, CONFLICT, VERSION_MISMATCH
   */
  public void delete(String id, Preconditions conditions) {
    transaction.executeWithoutResult(
        _ -> {
          var _ = locked(id, conditions);
          store.markDeleted(id);
          revocations.revokeClient(id);
        });
  }

  /** Removes what deleted clients were given. Any instance may do it. */
  @Scheduled(initialDelayString = "10s", fixedDelayString = "${gatehouse.housekeeping:60s}")
  public void removeDeleted() {
    try {
      store.removeDeleted();
    } catch (DataAccessException databaseAway) {
      // Nothing is lost: the next run removes it.
    }
  }

  private StoredClient locked(String id, Preconditions conditions) {
    var client = store.lock(id).orElseThrow(() -> ApiException.of(ErrorCode.NOT_FOUND));
    requireManaged(client);
    var _ = conditions.check("\"" + client.version() + "\"");
    return client;
  }

  /**
   * Asked first: what would be wrong with the change is of no matter.
   *
   * @throws ApiException CONFLICT for a client of configuration
   */
  public static void requireManaged(StoredClient client) {
    if (!client.managed()) {
      throw ApiException.of(
          ErrorCode.CONFLICT, "This client comes from configuration: change it there");
    }
  }

  private <T> T inTransaction(java.util.function.Supplier<T> work) {
    return java.util.Objects.requireNonNull(transaction.execute(_ -> work.get()));
  }
}
