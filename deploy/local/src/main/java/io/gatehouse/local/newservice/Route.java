package io.gatehouse.local.newservice;

import io.gatehouse.local.platform.Failure;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A service's route in the gateway's application.yml, put in and taken out as text. */
final class Route {
  static final Path FILE = Path.of("gateway/src/main/resources/application.yml");
  private static final String ROUTES = "          routes:\n";

  private final String text;

  Route(Path root) {
    this.text = Texts.read(root.resolve(FILE));
  }

  String text() {
    return text;
  }

  /** Whether a route or a composition already has this path. */
  boolean takes(String path) {
    return Pattern.compile("[=,\"]" + Pattern.quote(path) + "(?:[,\"/\\s]|$)", Pattern.MULTILINE)
        .matcher(text)
        .find();
  }

  String with(ServiceName name) {
    if (!text.contains(ROUTES)) {
      throw new Failure("%s has no line \"routes:\" to put the new route below.".formatted(FILE));
    }
    var route =
        """
                    - id: %s
                      uri: lb://%s
                      predicates: ["Path=/api/%s,/api/%s/**"]
        """
            .formatted(name.text(), name.module(), name.text(), name.text());
    return text.replace(ROUTES, ROUTES + route);
  }

  /** Without any of the service's routes. */
  String without(ServiceName name) {
    return Pattern.compile(
            "(?m)^            - id: .*\n(?=              uri: lb://%s\n)(?:              .*\n)*"
                .formatted(Pattern.quote(name.module())))
        .matcher(text)
        .replaceAll("");
  }
}
