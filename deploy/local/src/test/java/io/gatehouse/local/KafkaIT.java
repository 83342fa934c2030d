package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.local.platform.Probe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A platform that began without Kafka and gets it. */
@Tag("drill")
class KafkaIT {
  private static final Pattern SENT =
      Pattern.compile(
          "gatehouse_connector_events_sent_total\\{topic=\"gatehouse\\.(users|orders)\"}\\s+[1-9]");

  @Test
  void events_reachTheBroker_ofAPlatformThatBeganWithoutOne() {
    try (var platform = RunningPlatform.start(Path.of("target/with-kafka"), Map.of())) {
      platform.gatehouse("check").succeeded();
      var port = String.valueOf(platform.url().getPort());
      var refused = platform.gatehouse("up", "--detach", "--port", port, "--with", "kafka");
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.output()).contains("run ./gatehouse down, then up --with kafka");

      platform.gatehouse("down").succeeded();
      platform.up("--with", "kafka");
      platform.gatehouse("check").succeeded();

      var metrics = platform.component("connector").managementPort();
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () ->
                  SENT.matcher(Probe.of(metrics, "/actuator/prometheus").body()).results().count()
                      == 2);
      assertThat(platform.gatehouse("status").succeeded().output())
          .containsPattern("kafka +ready")
          .containsPattern("connector +ready");
      assertThat(platform.gatehouse("logs", "connector").succeeded().output())
          .contains("sending the events that the log tells");
      assertThat(platform.gatehouse("restart", "connector").succeeded().output())
          .contains("restarted");
    }
  }
}
