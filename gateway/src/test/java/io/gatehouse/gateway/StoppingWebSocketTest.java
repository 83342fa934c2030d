package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.upstreams.OpenStreams;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;

/** A gateway that begins to stop, which it does once. */
@DirtiesContext
@TestPropertySource(properties = "spring.config.additional-location=classpath:websocket-routes.yml")
class StoppingWebSocketTest extends GatewayFixture {
  @Autowired private OpenStreams streams;

  @Test
  void session_isToldToGoAway_whenTheGatewayStops() throws Exception {
    USERS.answering((_, response) -> response.sendWebsocket((in, _) -> in.receive().then()));
    var client = new SocketClient();
    CLIENT
        .newWebSocketBuilder()
        .header("Authorization", "Bearer " + TOKENS.user("ada"))
        .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws/1"), client)
        .join();

    streams.stop();

    assertThat(client.closed()).isEqualTo("1001 the gateway stops");
  }
}
