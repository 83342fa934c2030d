package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testing.TestTokens;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reads that a replica answers are never older than what was written before them. */
@Tag("drill")
class ReplicaTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void callerSeesWhatItWrote_whetherTheReplicaIsThere_behind_orGone() throws Exception {
    var tokens = new TestTokens();
    try (var primary = DurablePostgres.started();
        var replica = primary.standby();
        var neighbours = new Neighbours(tokens);
        var service =
            ServiceProcess.start(
                primary.database(),
                neighbours,
                "-Dgatehouse.db.read-hosts=localhost:" + replica.database().port(),
                "-Dgatehouse.db.read-patience=2s")) {
      var ada = service.api(tokens.user(UUID.randomUUID().toString()));
      await().atMost(LIMIT).until(() -> ada.get("/api/orders").status() == 200);

      for (var i = 0; i < 30; i++) {
        seesWhatItWrites(ada);
      }
      assertThat(reads(service, "replica")).isGreaterThan(60);

      replica.showNews(false);
      var fromReplica = reads(service, "replica");
      var fromPrimary = reads(service, "primary");
      seesWhatItWrites(ada);
      assertThat(reads(service, "replica")).isEqualTo(fromReplica);
      assertThat(reads(service, "primary")).isGreaterThan(fromPrimary);

      replica.showNews(true);
      await()
          .atMost(LIMIT)
          .until(
              () -> {
                seesWhatItWrites(ada);
                return reads(service, "replica") > fromReplica;
              });

      replica.kill();
      for (var i = 0; i < 10; i++) {
        seesWhatItWrites(ada);
      }
    }
  }

  private static double reads(ServiceProcess service, String from) {
    return service.metric("gatehouse_db_reads_total", "from=\"" + from + "\"");
  }

  private static void seesWhatItWrites(Api caller) {
    var id = caller.place();
    var newest = caller.get("/api/orders?limit=1").expect(200).json().get("items").get(0);
    assertThat(newest.get("id").asString()).isEqualTo(id);
    caller.post("/api/orders/" + id + "/payment", Api.PAYMENT).expect(200);
    assertThat(
            caller
                .get("/api/orders/" + id + "?version=2")
                .expect(200)
                .json()
                .get("status")
                .asString())
        .isEqualTo("PAID");
    assertThat(caller.get("/api/orders/" + id + "/events").expect(200).json().get("items"))
        .hasSize(2);
  }
}
