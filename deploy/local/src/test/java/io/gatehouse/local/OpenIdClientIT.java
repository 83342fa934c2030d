package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

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
  @Test
  void openidClient_signsIn_refreshes_introspects_revokes_andLogsOut(RunningPlatform platform)
      throws Exception {
    var client = NodeProject.installed("openid-client");

    var url = platform.url().toString();
    var outcome = client.run("node", "interop.mjs", url, "ada@example.com", Person.PASSWORD);

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
}
