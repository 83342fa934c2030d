package io.gatehouse.local.newservice;

import io.gatehouse.local.platform.Failure;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A service's entry in services.yml, put in and taken out as text: the rest stays to the byte. */
final class ListEntry {
  static final Path FILE = Path.of("services.yml");
  private static final String BEHIND = "  gateway:\n";

  private final String text;

  ListEntry(Path root) {
    this.text = Texts.read(root.resolve(FILE));
  }

  String text() {
    return text;
  }

  String with(ServiceName name, int port, int managementPort, Template template) {
    if (!text.contains("\n" + BEHIND)) {
      throw new Failure("services.yml has no line \"gateway:\" to put the new service before.");
    }
    return text.replace("\n" + BEHIND, "\n" + entry(name, port, managementPort, template) + BEHIND);
  }

  private static String entry(ServiceName name, int port, int managementPort, Template template) {
    var entry =
        new StringBuilder()
            .append("  %s:\n".formatted(name.module()))
            .append("    port: %d\n".formatted(port))
            .append("    management-port: %d\n".formatted(managementPort));
    if (template == Template.DATABASE) {
      entry.append("    database: %s\n".formatted(name.database()));
    }
    entry
        .append("    calls: [auth-server]\n")
        .append("    scopes:\n")
        .append(
            "      %s.read: {document: Read %s, consent: See %s}\n"
                .formatted(name.text(), name.words(), name.words()));
    if (template == Template.DATABASE) {
      entry.append(
          "      %s.write: {document: Change %s, consent: Change %s}\n"
              .formatted(name.text(), name.words(), name.words()));
    }
    return entry.toString();
  }

  String without(ServiceName name) {
    return Pattern.compile("(?m)^  " + Pattern.quote(name.module()) + ":\n(?:    .*\n|\n(?=    ))*")
        .matcher(text)
        .replaceFirst("");
  }
}
