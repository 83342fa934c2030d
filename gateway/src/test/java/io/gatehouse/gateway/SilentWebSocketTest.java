package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

@TestPropertySource(
    properties = {
      "spring.config.additional-location=classpath:websocket-routes.yml",
      "gatehouse.websockets.idle-timeout=200ms"
    })
class SilentWebSocketTest extends GatewayFixture {

  @Test
  void session_ends_whenNothingIsSaid() throws Exception {
    USERS.answering((_, response) -> response.sendWebsocket((in, _) -> in.receive().then()));
    var client = new SocketClient();

    CLIENT
        .newWebSocketBuilder()
        .header("Authorization", "Bearer " + TOKENS.user("ada"))
        .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws/silent"), client)
        .join();

    assertThat(client.closed()).isEqualTo("1001 nothing was said");
  }
}
