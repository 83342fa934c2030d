package io.gatehouse.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long a statement waits. The limits are of seconds, so these are drills. */
@Tag("drill")
class SourceDatabaseTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path folder;

  @Test
  void statement_thatIsNotAnswered_isGivenUp_butASlotWaitsForTransactions() throws Exception {
    try (var source = Source.start(folder);
        var other = source.connect("orders");
        var statement = other.createStatement();
        var slow = source.open(EventTable.ORDERS);
        var patient = source.open(EventTable.ORDERS)) {
      other.setAutoCommit(false);
      statement.execute("lock table connector_progress in access exclusive mode");
      // So that it is one that a slot waits for.
      statement.execute("select pg_current_xact_id()");

      var creation = run(patient::createSlot);
      var progress = run(slow::progress);

      assertThat(progress)
          .failsWithin(PATIENCE)
          .withThrowableThat()
          .withRootCauseInstanceOf(SocketTimeoutException.class);
      await().during(Duration.ofSeconds(2)).atMost(PATIENCE).until(() -> !creation.isDone());
      other.rollback();
      assertThat(creation).succeedsWithin(PATIENCE);
      assertThat(patient.slot()).isPresent();
      assertThat(run(patient::progress)).succeedsWithin(PATIENCE);
    }
  }

  private interface Statement {
    void run() throws SQLException;
  }

  private static CompletableFuture<Void> run(Statement statement) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            statement.run();
          } catch (SQLException failed) {
            throw new IllegalStateException(failed);
          }
        },
        Thread::startVirtualThread);
  }
}
