package io.gatehouse.local.made;

import io.gatehouse.local.platform.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/** The dashboard that shows the runbooks as they are written. */
final class Runbooks {
  static final Path DASHBOARD = Path.of("deploy/observability/grafana/dashboards/runbooks.json");
  private static final Path FOLDER = Path.of("docs/runbooks");
  private static final Pattern PANEL =
      Pattern.compile(
          "(\"title\": \"(\\w+)\"(?:(?!\"title\":).)*?\"content\": )\"(?:[^\"\\\\]|\\\\.)*+\"",
          Pattern.DOTALL);
  private static final JsonMapper JSON = JsonMapper.shared();

  private Runbooks() {}

  /**
   * The dashboard with the runbooks of today.
   *
   * @param made texts that are about to replace what is in the checkout
   */
  static String dashboard(Path root, Map<Path, Optional<String>> made) {
    try {
      var panel = PANEL.matcher(Files.readString(root.resolve(DASHBOARD)));
      var result = new StringBuilder();
      while (panel.find()) {
        var runbook = FOLDER.resolve(panel.group(2) + ".md");
        var text = made.getOrDefault(runbook, Optional.empty());
        var content = text.isPresent() ? text.get() : Files.readString(root.resolve(runbook));
        panel.appendReplacement(
            result, Matcher.quoteReplacement(panel.group(1) + JSON.writeValueAsString(content)));
      }
      return panel.appendTail(result).toString();
    } catch (IOException failed) {
      throw new Failure(
          "Cannot read the runbooks or their dashboard: " + Failure.reason(failed), failed);
    }
  }
}
