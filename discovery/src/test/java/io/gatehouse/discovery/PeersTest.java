package io.gatehouse.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two registries that tell each other what they are told. */
class PeersTest {
  private static final String AT_ONCE = "gatehouse.discovery.copy-within=0s";

  private final Registry first = new Registry();
  private final Registry second = new Registry();

  @AfterEach
  void close() {
    first.close();
    second.close();
  }

  @Test
  void registration_isReadAtTheOther() throws Exception {
    both();

    assertThat(first.register("greeter:1", Registry.SERVICE)).isEqualTo(204);
    assertThat(second.register("greeter:2", Registry.SERVICE)).isEqualTo(204);

    await().until(() -> second.knows("greeter:1") && first.knows("greeter:2"));
  }

  /** Were it kept to the other alone, its answer to the renewal would be 404. */
  @Test
  void renewal_isTakenByTheOther() throws Exception {
    both();
    first.register("greeter:1", Registry.SERVICE);
    await().until(() -> second.knows("greeter:1"));

    assertThat(second.renew("greeter:1")).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/eureka/peerreplication/batch",
        "/eureka/peerreplication/batch/",
        "/eureka/v2/peerreplication/batch",
        "/eureka/%70eerreplication/batch",
        "/eureka/v1/%70eerreplication/batch/"
      })
  void serviceCannotTellOfOthers_asAPeerDoes(String path) throws Exception {
    alone();

    assertThat(first.replicate(path, "intruder:1", Registry.SERVICE)).isEqualTo(403);

    assertThat(first.knows("intruder:1")).isFalse();
    assertThat(first.replicate("/eureka/peerreplication/batch/", "greeter:1", Registry.PEER))
        .isEqualTo(200);
    assertThat(first.knows("greeter:1")).isTrue();
  }

  @Test
  void serviceCannotMarkItsCall_asAPeers() throws Exception {
    alone();

    assertThat(
            first.register(
                "intruder:1", Registry.SERVICE, "X-Netflix-Discovery-Replication", "true"))
        .isEqualTo(403);
    assertThat(first.knows("intruder:1")).isFalse();
  }

  @Test
  void registryThatComesBack_isReadyOnceItKnowsAllInstances() throws Exception {
    both();
    first.register("greeter:1", Registry.SERVICE);
    second.register("greeter:2", Registry.SERVICE);
    await().until(() -> first.knows("greeter:2"));
    second.end();

    first.peersWay.cut();
    second.start(first, "gatehouse.discovery.copy-within=10m");
    assertThat(second.isReady()).isFalse();
    assertThat(second.instances()).isEmpty();

    first.peersWay.mend();
    await().until(second::isReady);
    assertThat(second.instances()).contains("greeter:1", "greeter:2");
  }

  @Test
  void registry_opensEmpty_whenItsPeerStaysAway() throws Exception {
    first.startAndAwaitReady(second, "gatehouse.discovery.copy-within=1s");

    assertThat(first.register("greeter:1", Registry.SERVICE)).isEqualTo(204);
    assertThat(first.knows("greeter:1")).isTrue();
  }

  @Test
  void emptyPeer_isNotWaitedFor() throws Exception {
    first.startAndAwaitReady(second, AT_ONCE);

    second.startAndAwaitReady(first, "gatehouse.discovery.copy-within=10m");

    assertThat(second.instances()).doesNotContain("instanceId");
  }

  @Test
  void nothingExpires_whileThePeerThatMayHaveHeardOfIt_isSilent() throws Exception {
    both();
    first.register("greeter:1", Registry.SERVICE);
    await().until(() -> second.knows("greeter:1"));

    first.peersWay.cut();
    second.peersWay.cut();
    await().until(() -> second.bean(PeerContact.class).isSilent());
    second.expireAll();
    assertThat(second.knows("greeter:1")).isTrue();

    first.register("greeter:2", Registry.SERVICE);
    second.register("greeter:3", Registry.SERVICE);
    first.peersWay.mend();
    second.peersWay.mend();
    await().until(() -> !second.bean(PeerContact.class).isSilent());
    second.expireAll();
    assertThat(second.knows("greeter:1")).isTrue();
    await()
        .until(
            () -> {
              first.renew("greeter:2");
              second.renew("greeter:3");
              return second.knows("greeter:2") && first.knows("greeter:3");
            });
  }

  @Test
  void instance_expires_whenItsTimeIsOver_andThePeerWasHeard() throws Exception {
    first.startAndAwaitReady(second, AT_ONCE, "gatehouse.discovery.patience=0s");
    first.register("greeter:1", Registry.SERVICE);
    await().until(() -> first.bean(PeerContact.class).isSilent());

    first.expireAll();

    assertThat(first.knows("greeter:1")).isFalse();
  }

  private void both() {
    first.startAndAwaitReady(second, AT_ONCE);
    second.startAndAwaitReady(first);
  }

  private void alone() {
    first.startAndAwaitReady(second, AT_ONCE);
  }
}
