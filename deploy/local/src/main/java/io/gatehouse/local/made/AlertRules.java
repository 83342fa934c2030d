package io.gatehouse.local.made;

import io.gatehouse.local.platform.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The alert rules as the Prometheus operator takes them. */
final class AlertRules {
  static final Path RESOURCE =
      Path.of("deploy/kubernetes/components/prometheus-operator/rules.yaml");
  private static final Path RULES = Path.of("deploy/observability/prometheus/alerts.yml");
  private static final String HEAD =
      """
      # Made from %s by ./gatehouse make: edit there.
      apiVersion: monitoring.coreos.com/v1
      kind: PrometheusRule
      metadata:
        name: gatehouse
      spec:
      """
          .formatted(RULES);

  private AlertRules() {}

  /**
   * The resource with the rules of today.
   *
   * @param made texts that are about to replace what is in the checkout
   */
  static String resource(Path root, Map<Path, Optional<String>> made) {
    var rules = made.getOrDefault(RULES, Optional.empty()).orElseGet(() -> read(root));
    return rules
        .lines()
        .dropWhile(line -> line.startsWith("#"))
        .filter(line -> !MarkedRegions.isMark(line))
        .map(line -> line.isBlank() ? "" : "  " + line)
        .collect(Collectors.joining("\n", HEAD, "\n"));
  }

  private static String read(Path root) {
    try {
      return Files.readString(root.resolve(RULES));
    } catch (IOException failed) {
      throw new Failure("Cannot read " + RULES + ": " + Failure.reason(failed), failed);
    }
  }
}
