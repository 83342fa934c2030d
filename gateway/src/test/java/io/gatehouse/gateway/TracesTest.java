package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** With an endpoint for traces: a span of its own between the caller's and the service's. */
@TestPropertySource(properties = "gatehouse.traces.sampling=1.0")
class TracesTest extends GatewayFixture {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CALLER = "b7ad6b7169203331";
  private static final List<byte[]> EXPORTED = new CopyOnWriteArrayList<>();
  private static final HttpServer COLLECTOR = collector();

  @DynamicPropertySource
  static void endpoint(DynamicPropertyRegistry properties) {
    properties.add(
        "gatehouse.traces.endpoint",
        () -> "http://127.0.0.1:%d/v1/traces".formatted(COLLECTOR.getAddress().getPort()));
  }

  @AfterAll
  static void stop() {
    COLLECTOR.stop(0);
  }

  @Test
  void request_hasASpanBetweenCallerAndService_whichIsExported() {
    var answer =
        send(
            request("/api/orders", TOKENS.user("ada"))
                .header("traceparent", "00-%s-%s-01".formatted(TRACE, CALLER)));

    assertThat(answer.statusCode()).isEqualTo(200);
    var passedOn = ORDERS.last().headers().get("traceparent");
    assertThat(passedOn).startsWith("00-" + TRACE + "-").doesNotContain(CALLER);
    var span = passedOn.split("-", -1)[2];
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> isExported(TRACE) && isExported(CALLER) && isExported(span));
  }

  /** OTLP in protobuf carries ids as bytes, one after the other. */
  private static boolean isExported(String id) {
    var wanted = new String(HexFormat.of().parseHex(id), StandardCharsets.ISO_8859_1);
    return EXPORTED.stream()
        .anyMatch(body -> new String(body, StandardCharsets.ISO_8859_1).contains(wanted));
  }

  private static HttpServer collector() {
    try {
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/v1/traces",
          exchange -> {
            EXPORTED.add(exchange.getRequestBody().readAllBytes());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      server.start();
      return server;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
