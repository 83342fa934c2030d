package io.gatehouse.gateway.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A browser's script cannot set Authorization on a WebSocket: it offers the protocols {@code
 * bearer} and its token besides its own. The token becomes an ordinary bearer token here, before
 * anything looks at the request, and no service sees it among the protocols.
 */
final class UpgradeToken {
  static final String BEARER = "bearer";

  private UpgradeToken() {}

  static void settle(HttpHeaders headers) {
    if (!headers.contains(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL)
        || !headers.containsValue(
            HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, /* ignoreCase= */ true)) {
      return;
    }
    var offered = offered(headers);
    var at = offered.indexOf(BEARER);
    if (at >= 0 && at + 1 < offered.size()) {
      // Beside an Authorization it is a second one, which is refused as two are.
      headers.add(HttpHeaderNames.AUTHORIZATION, "Bearer " + offered.remove(at + 1));
      // Last, so that one of the client's own is chosen where the service speaks it.
      offered.add(offered.remove(at));
      headers.set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, String.join(", ", offered));
    }
  }

  private static List<String> offered(HttpHeaders headers) {
    return new ArrayList<>(
        headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
            .flatMap(line -> Stream.of(line.split(",", -1)))
            .map(String::strip)
            .toList());
  }
}
