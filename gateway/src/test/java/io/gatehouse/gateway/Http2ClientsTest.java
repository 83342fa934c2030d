package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.test.context.TestPropertySource;

/** Other people's HTTP/2 clients at the door; skipped where there is none. */
@TestPropertySource(
    properties = {
      "gatehouse.guards.deadline=60s",
      "gatehouse.limits.user.rate=100000",
      "gatehouse.limits.user.burst=1000000"
    })
class Http2ClientsTest extends GatewayFixture {

  @Test
  void nodesClient_isServed_manyStreamsAtATime() throws Exception {
    var node = NodeTool.installed("http2", 1);

    var outcome =
        node.run(1, "node", "client.js", "https://127.0.0.1:" + https.port(), TOKENS.user("node"));

    assertThat(outcome.status()).as(String.join("\n", outcome.lines())).isZero();
    assertThat(outcome.lines().subList(0, 90)).containsOnly("200 11");
    assertThat(outcome.lines().subList(90, 95))
        .extracting(line -> line.substring(0, 3))
        .containsExactly("401", "404", "400", "200", "413");
  }

  @Test
  void h2load_isServed_withoutAFailure(@TempDir Path folder) throws Exception {
    assumeTrue(isOnThePath("h2load"), "skipped: this machine has no h2load (nghttp2-client)");
    var output = folder.resolve("h2load.txt");
    var process =
        new ProcessBuilder(
                "h2load",
                "-n2000",
                "-c2",
                "-m8",
                "-H",
                "authorization: Bearer " + TOKENS.user("h2load"),
                "https://127.0.0.1:" + https.port() + "/api/orders")
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();

    assertThat(output)
        .content()
        .contains(
            "Application protocol: h2",
            "2000 succeeded, 0 failed, 0 errored, 0 timeout",
            "status codes: 2000 2xx");
  }

  private static boolean isOnThePath(String command) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }
}
