package io.gatehouse.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gatehouse.testing.TestPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class ReplicasTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final TestPostgres.Database server = TestPostgres.newDatabase();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @Test
  void serverThatIsNoReplica_orAway_isNotReadFrom() {
    for (var port : new int[] {server.port(), 1}) {
      var primary = pool(server.port());
      var pool = pool(port);
      var replicas =
          new Replicas(
              new Database(primary), new Database(pool), pool, Duration.ofMillis(20), meters);
      try {
        assertThat(
                replicas
                    .queryOne("select 7 as n", _ -> {}, row -> Rows.number(row, "n"))
                    .block(LIMIT))
            .isEqualTo(7);
      } finally {
        replicas.destroy();
        primary.dispose();
      }
    }
    assertThat(meters.get("gatehouse.db.reads").tag("from", "primary").counter().count())
        .isEqualTo(2);
    assertThat(meters.get("gatehouse.db.reads").tag("from", "replica").counter().count()).isZero();
  }

  @Test
  void answer_isNeverOlderThanItsQuestion_andSharedByAllWhoWaitForTheNext() {
    var asked = new ArrayList<Sinks.One<String>>();
    var shared =
        new SharedAnswer<>(
            Mono.defer(
                () -> {
                  asked.add(Sinks.one());
                  return asked.getLast().asMono();
                }));
    var told = new ArrayList<String>();
    shared.get().subscribe(told::add);
    for (var i = 0; i < 2; i++) {
      shared.get().onErrorComplete().subscribe(told::add);
    }
    assertThat(asked).hasSize(1);

    asked.getFirst().tryEmitValue("first").orThrow();
    assertThat(told).containsExactly("first");
    assertThat(asked).hasSize(2);

    asked.getLast().tryEmitError(new IllegalStateException()).orThrow();
    shared.get().onErrorComplete().subscribe(told::add);
    asked.getLast().tryEmitValue("third").orThrow();
    assertThat(told).containsExactly("first", "third");
  }

  @Test
  void malformedHosts_stopTheStart_namingTheKey() {
    for (var hosts : List.of("a,,b", "a:0")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new ReplicaProperties(hosts, Duration.ZERO))
          .withMessageContaining("gatehouse.db.read-hosts (GATEHOUSE_DB_READ_HOSTS) takes a host");
    }
  }

  private ConnectionPool pool(int port) {
    return TestPool.of(server, server.host() + ":" + port, 2, new IdleConnections());
  }
}
