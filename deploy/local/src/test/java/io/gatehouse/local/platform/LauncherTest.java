package io.gatehouse.local.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services that start while others, of another platform perhaps, do too. */
class LauncherTest {
  private static final String NAME = "order-service";

  @TempDir private Path folder;
  private Launcher launcher;
  private UnpackedService service;

  @BeforeEach
  void prepare() throws IOException {
    var home = Home.of(Checkouts.ROOT, folder.resolve("data")).prepared();
    launcher = new Launcher(home, Secrets.in(home));
    service =
        ListeningService.unpackedIn(
            folder.resolve("build"), Services.of(home).find(NAME).orElseThrow());
  }

  @AfterEach
  void stop() {
    launcher.started().forEach(one -> one.process().stop("KILL", Duration.ofSeconds(5)));
  }

  /** The other is ready all the time, on the port that was free when it was chosen. */
  @Test
  void portThatAnotherTookMeanwhile_isReplaced_andTheOthersReadinessIsNotItsOwn()
      throws IOException {
    var other = ListeningService.answering(0);
    try {
      var choices = new AtomicInteger();
      var own = new Ports().any();
      var running =
          launcher.readyService(
              service,
              NAME,
              () -> on(choices.incrementAndGet() == 1 ? other.getAddress().getPort() : own));

      assertThat(running.managementPort()).isEqualTo(own);
      assertThat(running.isAlive()).isTrue();
      assertThat(choices).hasValue(2);
    } finally {
      other.stop(0);
    }
  }

  /** Nothing but a port that is gone is tried again. */
  @Test
  void serviceThatDiesOfSomethingElse_isNotTriedAgain() {
    var choices = new AtomicInteger();
    assertThatThrownBy(
            () ->
                launcher.readyService(
                    service,
                    NAME,
                    () -> {
                      choices.incrementAndGet();
                      var spoilt = new HashMap<>(on(new Ports().any()));
                      spoilt.put("JDK_JAVA_OPTIONS", "-XX:NoSuchSwitch");
                      return spoilt;
                    }))
        .isInstanceOf(Launcher.ComponentFailed.class)
        .hasMessage("order-service ended before it was ready");
    assertThat(choices).hasValue(1);
  }

  private static Map<String, String> on(int managementPort) {
    return Map.of(
        "SERVER_PORT", String.valueOf(new Ports().any()),
        "MANAGEMENT_SERVER_PORT", String.valueOf(managementPort));
  }
}
