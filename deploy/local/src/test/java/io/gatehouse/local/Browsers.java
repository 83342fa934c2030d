package io.gatehouse.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.gatehouse.testing.Chromium;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/**
 * Opens real browsers at a platform. A test class that makes one in its constructor is skipped
 * where there is no Chromium.
 */
final class Browsers {
  private final Path program;
  private final URI url;

  Browsers(RunningPlatform platform) {
    var found = Chromium.find();
    assumeTrue(found.isPresent(), "there is no Chromium on the PATH: the pages were not tried");
    program = found.get();
    url = platform.url();
  }

  /** One that reaches the platform directly. */
  Chromium open() {
    return open(url.getPort());
  }

  /** One that reaches the platform through a port of the loopback, such as a proxy's. */
  Chromium open(int port) {
    return new Chromium(program, url, port);
  }

  /** One that finds other hosts on ports of the loopback, by their host and port. */
  Chromium open(Map<String, Integer> ports) {
    return new Chromium(program, url, ports);
  }
}
