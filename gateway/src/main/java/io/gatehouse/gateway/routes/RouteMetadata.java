package io.gatehouse.gateway.routes;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.cloud.gateway.support.RouteMetadataUtils;
import org.springframework.util.unit.DataSize;

/** Reads what a route's metadata say to the gateway; a team's own keys are left alone. */
final class RouteMetadata {
  /** A body of more bytes streams. */
  static final long MOST_HELD = DataSize.ofMegabytes(1).toBytes();

  private static final String DEADLINE = "deadline";
  private static final String MAX_BODY = "max-body";
  private static final Set<String> OF_THE_FRAMEWORKS_CLIENT =
      Set.of(RouteMetadataUtils.CONNECT_TIMEOUT_ATTR, RouteMetadataUtils.RESPONSE_TIMEOUT_ATTR);

  private static final String PROTOCOL = "protocol";

  private final String route;
  private final Map<String, Object> given;

  RouteMetadata(String route, Map<String, Object> given) {
    this.route = route;
    this.given = given;
    if (given.containsKey("cors")) {
      throw refused(
          "cors", "is not obeyed; set gatehouse.cors-origins, which holds for all routes");
    }
  }

  Admission admission() {
    return Admission.of(route, given);
  }

  /** Null when it says none. */
  @Nullable Duration deadline() {
    var text = given.get(DEADLINE);
    if (text == null) {
      return null;
    }
    try {
      var deadline = DurationStyle.detectAndParse(text.toString());
      if (deadline.isPositive()) {
        return deadline;
      }
    } catch (IllegalArgumentException unreadable) {
      throw refused(DEADLINE, "is " + text + ", but must be a duration such as 10s");
    }
    throw refused(DEADLINE, "is " + text + ", but must be longer than nothing");
  }

  /** In bytes; {@link RouteEntry#USUAL} when it says nothing. */
  long maxBody() {
    var text = given.get(MAX_BODY);
    if (text == null) {
      return RouteEntry.USUAL;
    }
    try {
      var size = DataSize.parse(text.toString());
      if (!size.isNegative()) {
        return size.toBytes();
      }
    } catch (IllegalArgumentException unreadable) {
      throw refused(MAX_BODY, "is " + text + ", but must be a size such as 20MB");
    }
    throw refused(MAX_BODY, "is " + text + ", but must not be negative");
  }

  /** Over HTTP/2 with or without TLS; null for HTTP/1.1. */
  RouteEntry.@Nullable Protocol protocol() {
    var said = given.get(PROTOCOL);
    if (said == null) {
      return null;
    }
    return switch (said.toString()) {
      case "h2" -> RouteEntry.Protocol.H2;
      case "h2c" -> RouteEntry.Protocol.H2C;
      default -> throw refused(PROTOCOL, "is " + said + ", but must be one of h2, h2c");
    };
  }

  /** A key that only the framework's client obeys; empty when there is none. */
  String ofTheFrameworksClient() {
    return given.keySet().stream()
        .filter(OF_THE_FRAMEWORKS_CLIENT::contains)
        .findFirst()
        .orElse("");
  }

  private IllegalStateException refused(String key, String why) {
    return new IllegalStateException("route %s: metadata.%s %s".formatted(route, key, why));
  }
}
