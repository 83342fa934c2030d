package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A client library that nobody here wrote (npm's {@code openid-client}) against the running
 * platform, run with the machine's Node; see {@code src/test/node/openid-client}.
 */
@ExtendWith(SharedPlatform.class)
@Order(2)
class OpenIdClientIT {
  private static final Path SOURCE = Path.of("src/test/node/openid-client");
  private static final Path WORK = Path.of("target/node/openid-client");

  @Test
  void openidClient_signsIn_refreshes_introspects_revokes_andLogsOut(RunningPlatform platform)
      throws Exception {
    assumeTrue(run("node", "--version").status() == 0, "skipped: this machine has no Node");
    Files.createDirectories(WORK);
    for (var file : List.of("package.json", "interop.mjs")) {
      Files.write(WORK.resolve(file), Files.readAllBytes(SOURCE.resolve(file)));
    }
    var installed = run("npm", "install", "--ignore-scripts", "--no-audit", "--no-package-lock");
    assumeTrue(installed.status() == 0, "skipped: npm could not fetch openid-client");

    var url = platform.url().toString();
    var outcome = run("node", "interop.mjs", url, "ada@example.com", Person.PASSWORD);

    assertThat(outcome.status()).as(outcome.output()).isZero();
    assertThat(outcome.output().lines())
        .containsExactly(
            "ok: discovery",
            "ok: sign-in by code and PKCE",
            "ok: userinfo and API",
            "ok: refresh and introspection",
            "ok: revocation",
            "ok: client credentials",
            "ok: device grant",
            "ok: logout");
  }

  private record Outcome(int status, String output) {}

  private static Outcome run(String... command) throws IOException, InterruptedException {
    Files.createDirectories(WORK);
    var output = WORK.resolve("output.txt");
    try {
      var process =
          new ProcessBuilder(command)
              .directory(WORK.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
        return new Outcome(-1, command[0] + " took more than two minutes");
      }
      return new Outcome(process.exitValue(), Files.readString(output));
    } catch (IOException absent) {
      return new Outcome(-1, absent.toString());
    }
  }
}
