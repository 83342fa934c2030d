package io.gatehouse.local.platform;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a gateway that ran all along knows of services that were just started. */
final class GatewaysView {
  private static final Duration TO_BE_SEEN = Duration.ofSeconds(30);

  private GatewaysView() {}

  /**
   * Returns once calls reach these services through the gateway: they are ready before it has heard
   * of them. One that it does not see within 30 s is told of.
   *
   * @param gateway empty when it was started with them: then it waits for them itself
   */
  static void await(
      Settings settings, Optional<Running> gateway, List<String> services, Progress progress) {
    if (gateway.isEmpty()) {
      return;
    }
    var port = gateway.get().port();
    var deadline = System.nanoTime() + TO_BE_SEEN.toNanos();
    var waitsFor = waitsFor(settings, port, services);
    while (!waitsFor.isEmpty() && System.nanoTime() < deadline) {
      OsProcess.pause(Duration.ofMillis(200));
      waitsFor = waitsFor(settings, port, services);
    }
    if (!waitsFor.isEmpty()) {
      progress.line(
          "The gateway does not see %s yet; ./gatehouse status tells when it does."
              .formatted(String.join(", ", waitsFor)));
    }
  }

  private static List<String> waitsFor(Settings settings, int port, List<String> services) {
    var health = Probe.ofHealth(settings, port).body();
    return services.stream().filter(name -> health.contains("\"" + name + "\"")).toList();
  }
}
